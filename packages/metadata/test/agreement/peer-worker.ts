// Reads files with exifr or ExifReader in a thread of its own, because they may hang or run out of memory.
import { parentPort, workerData } from "node:worker_threads"
import { exifReaderFacts } from "./exifreader-facts.ts"
import { exifrFacts } from "./exifr-facts.ts"

const read = workerData === "exifr" ? exifrFacts : exifReaderFacts
// ExifReader prints warnings about odd files.
console.warn = console.error = console.log = () => undefined

parentPort?.on("message", (bytes: Uint8Array) => {
  void read(bytes).then(
    (facts) => parentPort?.postMessage(facts),
    () => parentPort?.postMessage({}),
  )
})
