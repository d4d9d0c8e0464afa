/** One comparison in a Chromium worker. */
export interface ChromiumTask {
  readonly name: string
  readonly kind: "seal" | "open" | "stream" | "random access" | "frame"
  /** Default age-encryption. */
  readonly peerName?: string
  readonly bytes: number
  readonly runs: number
  readonly rounds: number
  readonly backend?: "wasm" | "noble"
  readonly goal: number
}

const MiB = 1 << 20

export const chromiumTasks: readonly ChromiumTask[] = [
  { name: "seal 1 MiB", kind: "seal", bytes: MiB, runs: 20, rounds: 7, goal: 5 },
  { name: "seal 64 MiB", kind: "seal", bytes: 64 * MiB, runs: 1, rounds: 5, goal: 4 },
  { name: "open 64 MiB", kind: "open", bytes: 64 * MiB, runs: 1, rounds: 5, goal: 4 },
  { name: "seal a Blob of 128 MiB as a stream", kind: "stream", bytes: 128 * MiB, runs: 1, rounds: 5, goal: 2.3 },
  { name: "seal 16 MiB, WASM alone", kind: "seal", bytes: 16 * MiB, runs: 2, rounds: 5, backend: "wasm", goal: 3 },
  { name: "seal 16 MiB, noble alone", kind: "seal", bytes: 16 * MiB, runs: 2, rounds: 5, backend: "noble", goal: 1.1 },
  { name: "read 64 KiB at 90 % of 64 MiB", kind: "random access", bytes: 64 * MiB, runs: 4, rounds: 5, goal: 100 },
  { name: "SFrame of 1.2 KiB", kind: "frame", peerName: "noble", bytes: 1200, runs: 3000, rounds: 7, goal: 5 },
  { name: "SFrame of 20 KiB", kind: "frame", peerName: "noble", bytes: 20_480, runs: 500, rounds: 7, goal: 10 },
]
