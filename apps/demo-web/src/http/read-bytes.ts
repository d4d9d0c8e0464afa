import { ServerError } from "./server-error.ts"

export interface ReadOptions {
  /** A longer answer is refused as soon as it shows. */
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** The body of an answer, up to a limit. @throws ServerError `SERVER_MALFORMED` above it, `OFFLINE` when it breaks off */
export async function readBytes(response: Response, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { maxBytes, signal, onBytes } = options
  const parts: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      signal?.throwIfAborted()
      throw new ServerError("OFFLINE", "The server's answer broke off", { cause })
    })
    if (done) break
    size += value.length
    if (size > maxBytes) {
      await reader.cancel()
      throw new ServerError("SERVER_MALFORMED", `The server's answer is longer than ${maxBytes} bytes`)
    }
    parts.push(new Uint8Array(value))
    onBytes?.(size)
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}
