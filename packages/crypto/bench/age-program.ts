import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { generateKeyPair, sealIterable } from "@darkslide/crypto"
import { median, type BenchRow } from "../../../tools/bench/bench.ts"

/** A file of 256 MiB through our iterator and through the `age` program, by the CPU time of each; none without it. */
export async function ageProgramRows(): Promise<BenchRow[]> {
  if (spawnSync("age", ["--version"]).error) return []
  const folder = mkdtempSync(join(tmpdir(), "darkslide-bench-"))
  const file = join(folder, "plain")
  const bytes = 256 << 20
  try {
    writeFileSync(file, new Uint8Array(bytes).fill(7))
    const { recipient } = generateKeyPair()
    const plaintext = readFileSync(file)
    const ours: number[] = []
    const peer: number[] = []
    for (let round = 0; round < 3; round++) {
      const start = process.cpuUsage()
      for await (const piece of sealIterable([plaintext], { to: [recipient], reuseBuffers: true })) void piece
      const { user, system } = process.cpuUsage(start)
      ours.push(256 / ((user + system) / 1e6))
      peer.push(256 / ageSeconds(recipient.toString(), file))
    }
    const [oursRate, peerRate] = [median(ours), median(peer)]
    const name = "seal 256 MiB, async iterator"
    return [
      {
        name,
        ours: oursRate,
        peer: peerRate,
        peerName: "age program",
        unit: "MiB per CPU second",
        ratio: oursRate / peerRate,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** User and system time of one run, as the shell tells it. */
function ageSeconds(recipient: string, file: string): number {
  const script = 'TIMEFORMAT="%U %S"; time age -r "$0" -o /dev/null "$1"'
  const { stderr } = spawnSync("bash", ["-c", script, recipient, file], { encoding: "utf8" })
  return stderr
    .trim()
    .split(/\s+/)
    .map(Number)
    .reduce((sum, seconds) => sum + seconds, 0)
}
