interface NodeScope {
  readonly process?: { readonly getBuiltinModule?: (name: "zlib") => NodeZlib | undefined }
}

/** The part of node:zlib that is used here. */
interface NodeZlib {
  inflateSync(
    data: Uint8Array,
    options: { readonly maxOutputLength: number; readonly info: true },
  ): { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } }
  createInflate(options: { readonly chunkSize: number }): NodeInflate
}

/** A Transform stream. */
interface NodeInflate {
  readonly bytesWritten: number
  on(event: "data", listener: (bytes: Uint8Array) => void): NodeInflate
  on(event: "end", listener: () => void): NodeInflate
  on(event: "error", listener: (error: unknown) => void): NodeInflate
  end(data: Uint8Array): void
  destroy(): void
}

interface NodeInflated {
  readonly bytes: Uint8Array
  readonly whole: boolean
}

/**
 * Inflates by node:zlib, which takes a tenth of what a web stream takes. Looked up at run time, not imported, so that
 * the same file loads in a browser.
 * @returns `whole` is false for data that becomes more than `limit` bytes. `undefined` anywhere but on Node, and for data
 * that is broken or followed by more: a web stream tells what of it can be read.
 */
export async function inflateByNode(data: Uint8Array, limit: number): Promise<NodeInflated | undefined> {
  const zlib = (globalThis as NodeScope).process?.getBuiltinModule?.("zlib")
  if (!zlib) return undefined
  // Texts and profiles become a few times as much. What becomes far more is most likely made to, and then not done twice.
  const usual = Math.min(limit, 65_536 + 16 * data.length)
  try {
    const { buffer, engine } = zlib.inflateSync(data, { maxOutputLength: usual, info: true })
    return engine.bytesWritten === data.length ? { bytes: new Uint8Array(buffer), whole: true } : undefined
  } catch (error) {
    return error instanceof RangeError ? await inflateInOneTurn(zlib, data, limit) : undefined
  }
}

/** In the thread pool, whose every turn costs more than a turn's inflating: all that is allowed comes out of one. */
async function inflateInOneTurn(zlib: NodeZlib, data: Uint8Array, limit: number): Promise<NodeInflated | undefined> {
  const inflater = zlib.createInflate({ chunkSize: limit + 64 })
  return await new Promise<NodeInflated | undefined>((resolve) => {
    let bytes: Uint8Array = new Uint8Array()
    inflater
      .on("data", (piece) => {
        bytes = new Uint8Array(piece.buffer, piece.byteOffset, Math.min(limit, piece.length))
        if (piece.length > limit) resolve({ bytes, whole: false })
      })
      .on("end", () => resolve(inflater.bytesWritten === data.length ? { bytes, whole: true } : undefined))
      .on("error", () => resolve(undefined))
      .end(data)
  }).finally(() => inflater.destroy())
}
