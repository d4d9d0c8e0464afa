import { parseArgs } from "node:util"
import { chromiumMemory } from "./chromium-memory.ts"
import { mutations } from "./mutations.ts"

/** Long runs by name. Each returns how many of its runs were bad. */
const soaks: Readonly<Record<string, (options: { count: number; seed: number }) => Promise<number>>> = {
  mutations,
  "chromium-memory": chromiumMemory,
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
})
const name = positionals[0] ?? ""
const soak = Object.hasOwn(soaks, name) ? soaks[name] : undefined
const [count, seed] = [Number(values.count), Number(values.seed)]

if (soak === undefined || !Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  process.stderr.write(`Usage: soak <${Object.keys(soaks).join("|")}> [--count N] [--seed S]\n`)
  process.exitCode = 2
} else {
  const bad = await soak({ count, seed })
  process.stdout.write(`${name}: ${count} runs, ${bad} bad\n`)
  if (bad > 0) process.exitCode = 1
}
