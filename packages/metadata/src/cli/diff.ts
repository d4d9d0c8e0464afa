import { exitCodes, parseOptions, UsageError, type Command } from "@darkslide/crypto/cli"
import { readFileMetadata } from "./read-file.ts"
import { printable, summaryRows, tagRows, type TagRow } from "./tag-rows.ts"

export const diffCommand: Command = {
  help: `Usage: darkslide-metadata diff [--json] OLD NEW

Tells in what two files differ, tag by tag: "-" for what only OLD says, "+" for what only NEW says. Pixels are not
looked at. - is standard input.

      --json             JSON Lines: { type: "removed" | "added" | "changed", group, name, old, new }

Exit codes: 0 they say the same, 2 they differ or one cannot be read, 1 the command line is wrong.
`,
  async run(args, signal) {
    const { values, positionals } = parseOptions(args, { json: { type: "boolean" } })
    const [old, renewed, ...more] = positionals
    if (old === undefined || renewed === undefined || more.length > 0) throw new UsageError("diff takes two files")
    if (old === "-" && renewed === "-") throw new UsageError("standard input (-) goes once")
    const [before, after] = [await rowsOf(old, signal), await rowsOf(renewed, signal)]
    const differences = compare(before, after)
    for (const difference of differences)
      process.stdout.write(values.json ? `${JSON.stringify(difference)}\n` : lines(difference))
    return differences.length === 0 ? exitCodes.ok : exitCodes.failed
  },
}

interface Difference {
  readonly type: "removed" | "added" | "changed"
  readonly group: string
  readonly name: string
  readonly old?: string
  readonly new?: string
}

async function rowsOf(path: string, signal: AbortSignal): Promise<readonly TagRow[]> {
  const metadata = await readFileMetadata(path, signal)
  // What is summed up stands among the tags too, but for what the container itself says.
  const container = summaryRows(metadata).filter(({ group }) => group === "picture" || group === "hidden")
  return [...container, ...tagRows(metadata)]
}

/** Values under one name are compared in order; what is left over on one side was removed or added. */
function compare(before: readonly TagRow[], after: readonly TagRow[]): readonly Difference[] {
  const [old, renewed] = [byName(before), byName(after)]
  const differences: Difference[] = []
  for (const [key, rows] of new Map([...old, ...renewed])) {
    const [first] = rows
    if (first === undefined) continue
    const { group, name } = first
    const [were, are] = [withoutShared(old.get(key), renewed.get(key)), withoutShared(renewed.get(key), old.get(key))]
    for (let i = 0; i < Math.max(were.length, are.length); i++) {
      const [was, is] = [were[i], are[i]]
      if (was !== undefined && is !== undefined) differences.push({ type: "changed", group, name, old: was, new: is })
      else if (was !== undefined) differences.push({ type: "removed", group, name, old: was })
      else if (is !== undefined) differences.push({ type: "added", group, name, new: is })
    }
  }
  return differences
}

function byName(rows: readonly TagRow[]): ReadonlyMap<string, readonly TagRow[]> {
  const found = new Map<string, TagRow[]>()
  for (const row of rows) {
    const key = `${row.group} ${row.name}`
    const list = found.get(key)
    if (list === undefined) found.set(key, [row])
    else list.push(row)
  }
  return found
}

function withoutShared(rows: readonly TagRow[] = [], others: readonly TagRow[] = []): readonly string[] {
  const left = others.map(({ value }) => value)
  return rows.flatMap(({ value }) => {
    const at = left.indexOf(value)
    if (at === -1) return [value]
    left.splice(at, 1)
    return []
  })
}

function lines({ group, name, old, new: renewed }: Difference): string {
  const label = printable(`${group} ${name}`)
  const was = old === undefined ? "" : `- ${label}: ${printable(old)}\n`
  const is = renewed === undefined ? "" : `+ ${label}: ${printable(renewed)}\n`
  return was + is
}
