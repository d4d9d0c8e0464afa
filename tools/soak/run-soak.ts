import { parseArgs } from "node:util"

/** A long run: what it was told, in; how many of its runs were bad, out. */
export type Soak = (options: { readonly count: number; readonly seed: number }) => Promise<number>

/**
 * `soak <name> [--count N] [--seed S]`: runs one of a package's soaks. Its last line is `<name>: N runs, N bad`; the exit
 * code is 1 when one was bad, 2 when the arguments make no sense.
 */
export async function runSoak<Name extends string>(
  soaks: Readonly<Record<Name, Soak>>,
  defaults: { readonly count: number | Readonly<Record<Name, number>> },
): Promise<void> {
  const isName = (name: string): name is Name => Object.hasOwn(soaks, name)
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { count: { type: "string" }, seed: { type: "string", default: "1" } },
  })
  const name = positionals[0] ?? ""
  const soak = isName(name) ? soaks[name] : undefined
  const usual = typeof defaults.count === "number" ? defaults.count : isName(name) ? defaults.count[name] : 0
  const count = Number(values.count ?? usual)
  const seed = Number(values.seed)
  if (soak === undefined || !Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
    process.stderr.write(`Usage: soak <${Object.keys(soaks).join("|")}> [--count N] [--seed S]\n`)
    process.exitCode = 2
    return
  }
  const bad = await soak({ count, seed })
  process.stdout.write(`${name}: ${count} runs, ${bad} bad\n`)
  if (bad > 0) process.exitCode = 1
}
