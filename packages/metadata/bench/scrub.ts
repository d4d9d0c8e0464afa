import { scrubMetadata } from "@darkslide/metadata"
import { compare, printRows } from "../../../tools/bench/bench.ts"
import { exiftoolBatch } from "./exiftool-batch.ts"
import { photograph } from "./images.ts"

/** Scrubbing beside a bare copy, and beside one exiftool process over a batch of JPEGs. */
export async function scrubBench(): Promise<void> {
  const photo = new Uint8Array(await photograph())
  const copied = await compare({
    name: `scrub a photo of ${(photo.length / 1e6).toFixed(1)} MB`,
    bytes: photo.length,
    runs: 50,
    goal: 0.3,
    peerName: "a bare copy",
    ours: async () => await scrubMetadata(photo),
    peer: async () => await Promise.resolve(copyOf(photo)),
  })
  const batch = await exiftoolBatch({
    name: "scrub",
    ours: async (bytes) => await scrubMetadata(bytes),
    peer: "-all=",
    peerName: "exiftool -all=, one process",
    goal: 15,
  })
  printRows([copied, ...batch])
}

function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  return copy
}
