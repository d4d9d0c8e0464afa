import { CryptoError } from "@darkslide/crypto/errors"
import { mutate } from "./mutate.ts"
import { seededRandom, type SeededRandom } from "../../../tools/soak/seeded-random.ts"
import type { Target } from "./target.ts"
import { createTargets } from "./targets.ts"

/** What no changed input may take. */
const limitMs = 50

interface Tally {
  runs: number
  refused: number
  slowestMs: number
}

/**
 * Opens `count` changed inputs, of every kind in turn: none may open to other bytes, throw anything but a CryptoError,
 * or take more than 50 ms of CPU time.
 * @returns how many were bad; each is printed with its bytes.
 */
export async function mutations({ count, seed }: { count: number; seed: number }): Promise<number> {
  const random = seededRandom(seed)
  const targets = await createTargets()
  for (const target of targets)
    for (const sample of target.samples) {
      const { verdict, problem } = await attempt(target, sample)
      if (verdict !== "opened" || problem !== undefined) throw new Error(`${target.name} does not open unchanged`)
    }
  const tallies = new Map<string, Tally>(targets.map(({ name }) => [name, { runs: 0, refused: 0, slowestMs: 0 }]))
  let bad = 0
  for (let run = 0; run < count; run++) {
    const target = targets[run % targets.length] as Target
    const tally = tallies.get(target.name) as Tally
    const changed = changedSample(target, random)
    const result = await timed(target, changed)
    tally.runs++
    if (result.verdict === "refused") tally.refused++
    tally.slowestMs = Math.max(tally.slowestMs, result.ms)
    const problem = result.ms > limitMs ? `took ${result.ms.toFixed(0)} ms` : result.problem
    if (problem === undefined) continue
    bad++
    process.stdout.write(`run ${run}, ${target.name}: ${problem}: ${Buffer.from(changed).toString("base64")}\n`)
  }
  for (const [name, { runs, refused, slowestMs }] of tallies)
    process.stdout.write(`${name}: ${runs} runs, ${refused} refused, slowest ${slowestMs.toFixed(1)} ms\n`)
  return bad
}

/** A change of one sample that is none of the samples. */
function changedSample({ samples }: Target, random: SeededRandom): Uint8Array {
  for (;;) {
    const sample = samples[random.below(samples.length)] as Uint8Array
    const changed = mutate(sample, random, samples)
    if (!samples.some((each) => Buffer.compare(each, changed) === 0)) return changed
  }
}

interface Result {
  readonly verdict: "refused" | "opened"
  readonly problem?: string | undefined
}

async function attempt(target: Target, changed: Uint8Array): Promise<Result> {
  try {
    const same = await target.opensToTheSame(changed)
    return { verdict: "opened", problem: same ? undefined : "opened to other bytes" }
  } catch (error) {
    if (error instanceof CryptoError) return { verdict: "refused" }
    return {
      verdict: "refused",
      problem: `threw ${error instanceof Error ? (error.stack ?? error.name) : String(error)}`,
    }
  }
}

/** What is slow is run twice more, and the fastest counts: a collection of garbage is not the input's doing. */
async function timed(target: Target, changed: Uint8Array): Promise<Result & { ms: number }> {
  let fastest = Infinity
  let result: Result = { verdict: "refused" }
  for (let times = 0; times < 3 && fastest > limitMs / 2; times++) {
    const before = process.cpuUsage()
    result = await attempt(target, changed)
    const { user, system } = process.cpuUsage(before)
    fastest = Math.min(fastest, (user + system) / 1000)
  }
  return { ...result, ms: fastest }
}
