import type { Example } from "./extract.ts"

/** What a package's index exports, so that a doc comment's example need not import its own package. */
export interface PackageExports {
  readonly packageName: string
  readonly values: readonly string[]
  readonly types: readonly string[]
}

/** Reads the names that an index of `export { … } from` and `export type { … } from` lines gives out. */
export function exportsOfIndex(packageName: string, index: string): PackageExports {
  const values: string[] = []
  const types: string[] = []
  for (const [, type, list = ""] of index.matchAll(/export (type )?\{([^}]*)\}/gu)) {
    for (const entry of list.split(",").map((text) => text.trim())) {
      const name = entry.split(/\s+/).at(-1) ?? ""
      if (name !== "") (type === undefined && !entry.startsWith("type ") ? values : types).push(name)
    }
  }
  return { packageName, values, types }
}

/** The module that runs an example as one test, or, for a `no-run` block, only holds it for the type checker. */
export function toModule(example: Example, own?: PackageExports): string {
  const { imports, body } = hoistImports(example.code)
  const added = [...imports, ...missingImports(imports.join("\n"), body, own)]
  const title = JSON.stringify(`${example.file}:${example.line}`)
  // A file of the reader's own may export; what stands in a function here cannot.
  const code = body
    .trim()
    .replace(/^export /gmu, "")
    .replace(/^(?=.)/gmu, "  ")
  return example.mode === "run"
    ? [`import { test } from "vitest"`, ...added, `test(${title}, async () => {`, code, "})", ""].join("\n")
    : [...added, `/** ${title} */`, "export async function example(): Promise<void> {", code, "}", ""].join("\n")
}

function hoistImports(code: string): { imports: string[]; body: string } {
  const imports: string[] = []
  const body = code.replace(/^import\s(?:[^"';]*?from\s*)?["'][^"']+["'][^\n]*$/gmu, (statement) => {
    imports.push(statement)
    return ""
  })
  return { imports, body }
}

function missingImports(imported: string, body: string, own: PackageExports | undefined): string[] {
  const wanted = (name: string): boolean => mentions(body, name) && !mentions(imported, name) && !declares(body, name)
  const names =
    own === undefined ? [] : [...own.values.filter(wanted), ...own.types.filter(wanted).map((name) => `type ${name}`)]
  return [
    ...(own === undefined || names.length === 0 ? [] : [`import { ${names.join(", ")} } from "${own.packageName}"`]),
    ...(wanted("assert") ? [`import assert from "node:assert/strict"`] : []),
  ]
}

const mentions = (text: string, name: string): boolean => new RegExp(`(?<![\\w$.])${name}\\b`, "u").test(text)

const declares = (text: string, name: string): boolean =>
  new RegExp(`\\b(?:const|let|function|class|interface|type)\\s+${name}\\b`, "u").test(text)
