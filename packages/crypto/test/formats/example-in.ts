import { readFileSync } from "node:fs"

/** The block of a page in docs/formats that starts with `example`: a name and a value on each line. */
export function exampleIn(page: string): (name: string) => string {
  const text = readFileSync(new URL(`../../../../docs/formats/${page}.md`, import.meta.url), "utf8")
  const block = /```text\n(example .*?)```/s.exec(text)?.[1] ?? ""
  const lines = new Map(
    block
      .trim()
      .split("\n")
      .map((line) => [line.split(/\s+/)[0] ?? "", line.replace(/^\S+\s+/, "")]),
  )
  return (name) => {
    const value = lines.get(name)
    if (value === undefined) throw new Error(`The example of ${page}.md has no ${name}`)
    return value
  }
}
