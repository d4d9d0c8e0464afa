import { inflateByNode } from "./node-inflate.ts"

/** How many bytes compressed parts of one file may still become. */
export interface InflateBudget {
  bytes: number
  /** Per part. */
  readonly maxPerPart: number
}

/** `whole` is false when the data is larger than allowed, or broken; `bytes` is what came before. */
export interface Inflated {
  readonly bytes: Uint8Array
  readonly whole: boolean
}

/** Inflates zlib data (RFC 1950), counting while it streams: never more than one block beyond the budget in memory. */
export async function inflate(data: Uint8Array, budget: InflateBudget, signal?: AbortSignal): Promise<Inflated> {
  signal?.throwIfAborted()
  const limit = Math.min(budget.bytes, budget.maxPerPart)
  const byNode = await inflateByNode(data, limit)
  if (byNode !== undefined) {
    budget.bytes -= byNode.bytes.length
    return byNode
  }
  const stream = new DecompressionStream("deflate")
  const writer = stream.writable.getWriter()
  const reader = stream.readable.getReader()
  const blocks: Uint8Array[] = []
  let length = 0
  let whole = true
  const written = writer.write(new Uint8Array(data)).then(() => writer.close())
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length
      blocks.push(next.value)
      if (length <= limit) continue
      whole = false
      await reader.cancel()
      break
    }
    if (whole) await written
  } catch {
    // Broken data: what was inflated before it stands, and `whole` says that it is not all.
    whole = false
  }
  // Broken or cancelled data rejects the write too; the outcome is already in `whole`.
  written.catch(() => undefined)
  const bytes = new Uint8Array(Math.min(length, limit))
  let at = 0
  for (const block of blocks) {
    bytes.set(block.subarray(0, bytes.length - at), at)
    at += Math.min(block.length, bytes.length - at)
  }
  budget.bytes -= bytes.length
  return { bytes, whole }
}
