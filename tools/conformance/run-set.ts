import { countVectors } from "./count-vectors.ts"
import type { SetFolder } from "./find-sets.ts"
import type { ConformanceSet, VectorOutcome } from "./set.ts"

export interface SetResult {
  readonly name: string
  readonly passed: number
  readonly skipped: number
  /** One line for each failing vector. */
  readonly failures: readonly string[]
  /** The kinds behind the skipped vectors. */
  readonly notBuilt: readonly string[]
}

/** Who will build the runner of a set that has none. */
const ownerOf = (set: SetFolder): string =>
  set.group === "images" ? "metadata" : set.name === "mls" ? "rooms" : "crypto"

export async function runSet(set: SetFolder, runner: ConformanceSet | undefined): Promise<SetResult> {
  if (runner === undefined) {
    return { name: set.name, passed: 0, skipped: await countVectors(set), failures: [], notBuilt: [ownerOf(set)] }
  }
  const name = runner.group === undefined ? set.name : `${set.name} (${runner.name})`
  return await collect(name, runner.run(set.path))
}

/** What a runner says of all its folders together. */
export async function summarizeRunner(runner: ConformanceSet): Promise<SetResult | undefined> {
  return runner.summarize === undefined ? undefined : await collect(`all images (${runner.name})`, runner.summarize())
}

async function collect(name: string, outcomes: AsyncIterable<VectorOutcome>): Promise<SetResult> {
  let passed = 0
  let skipped = 0
  const failures: string[] = []
  const notBuilt = new Set<string>()
  try {
    for await (const { vector, kind, outcome, detail } of outcomes) {
      if (outcome === "passed") passed += 1
      else if (outcome === "failed")
        failures.push(`${name}: ${vector} (${kind})${detail === undefined ? "" : `: ${detail}`}`)
      else {
        skipped += 1
        notBuilt.add(kind)
      }
    }
  } catch (error) {
    failures.push(`${name}: the runner stopped: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (passed + skipped + failures.length === 0) failures.push(`${name}: the runner found no vector`)
  return { name, passed, skipped, failures, notBuilt: [...notBuilt].toSorted() }
}

/** `name: N passed, N failed, N skipped`, and after it the kinds that are not built. */
export function resultLine({ name, passed, failures, skipped, notBuilt }: SetResult): string {
  const counts = `${name}: ${passed} passed, ${failures.length} failed, ${skipped} skipped`
  return notBuilt.length === 0 ? counts : `${counts} (not built: ${notBuilt.join(", ")})`
}
