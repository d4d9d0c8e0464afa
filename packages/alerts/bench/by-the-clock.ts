import { median, type BenchRow } from "../../../tools/bench/bench.ts"

export interface Race {
  readonly name: string
  /** The ratio to reach; absent where the row is only told. */
  readonly goal?: number
  readonly peerName: string
  /** What one round of either side handles. */
  readonly amount: number
  readonly unit: string
  /** Before each round, not measured: fills what is emptied. */
  readonly before?: () => Promise<void>
  readonly ours: () => Promise<unknown>
  readonly peer: () => Promise<unknown>
}

const rounds = 5

/**
 * By the clock, for work that another process or the disk does: CPU time of this one would leave that out. Both sides
 * interleaved, the median of five rounds of each, after one that does not count.
 */
export async function byTheClock({ name, goal, peerName, amount, unit, before, ours, peer }: Race): Promise<BenchRow> {
  const seconds = { ours: [] as number[], peer: [] as number[] }
  for (let round = -1; round < rounds; round += 1) {
    await before?.()
    const [oursTook, peerTook] = [await took(ours), await took(peer)]
    if (round < 0) continue
    seconds.ours.push(oursTook)
    seconds.peer.push(peerTook)
  }
  const [oursTakes, peerTakes] = [median(seconds.ours), median(seconds.peer)]
  return {
    ...{ name, peerName, unit, ours: amount / oursTakes, peer: amount / peerTakes, ratio: peerTakes / oursTakes },
    ...(goal === undefined ? {} : { goal }),
  }
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}
