/** A ```ts block of a text that people read. */
export interface Example {
  /** Path from the repository's root. */
  readonly file: string
  /** Line of the opening fence, counted from 1. */
  readonly line: number
  readonly code: string
  /** `check`: marked `no-run`, because it needs a browser or a person; only its types are checked. */
  readonly mode: "run" | "check"
  readonly origin: "markdown" | "doc-comment"
}

/** The ```ts blocks of a Markdown file, including those indented in a list. */
export function examplesOfMarkdown(file: string, text: string): readonly Example[] {
  return fencedBlocks(text.split("\n"), 1).map((block) => ({ file, origin: "markdown", ...block }))
}

/** The ```ts blocks in the doc comments of a TypeScript file. */
export function examplesOfDocComments(file: string, text: string): readonly Example[] {
  return [...text.matchAll(/^[ \t]*\/\*\*.*?\*\//gmsu)].flatMap((comment) => {
    const firstLine = text.slice(0, comment.index).split("\n").length
    const lines = comment[0].split("\n").map((line) => line.replace(/^\s*\/?\*+\/? ?/, ""))
    return fencedBlocks(lines, firstLine).map((block): Example => ({ file, origin: "doc-comment", ...block }))
  })
}

function fencedBlocks(lines: readonly string[], firstLine: number): Pick<Example, "line" | "code" | "mode">[] {
  const blocks: Pick<Example, "line" | "code" | "mode">[] = []
  let open:
    | { fence: string; indent: number; line: number; mode: Example["mode"] | undefined; code: string[] }
    | undefined
  for (const [index, line] of lines.entries()) {
    if (open === undefined) {
      const [, indent = "", fence, info = ""] = /^(\s*)(`{3,})(.*)$/.exec(line) ?? []
      if (fence !== undefined)
        open = { fence, indent: indent.length, line: firstLine + index, mode: modeOf(info), code: [] }
    } else if (line.trim() === open.fence) {
      if (open.mode !== undefined) blocks.push({ line: open.line, mode: open.mode, code: open.code.join("\n") })
      open = undefined
    } else {
      open.code.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)))
    }
  }
  return blocks
}

function modeOf(info: string): Example["mode"] | undefined {
  const [language, ...words] = info.trim().split(/\s+/)
  if (language !== "ts" && language !== "typescript") return undefined
  return words.includes("no-run") ? "check" : "run"
}
