import * as z from "zod/mini"
import { RoomsError, type RoomsErrorCode } from "../errors.ts"
import type { AbortableOptions, ItemTransport } from "./item-transport.ts"

export interface HttpItemsOptions {
  /** Where the room's items are, such as `https://example.org/v1/rooms/<room id>/items`. */
  readonly url: string | URL
  /** What shows that we are in the room: `() => room.pass`. */
  readonly pass: () => string
  /** Default: the platform's. */
  readonly fetch?: typeof fetch | undefined
}

const count = z.int().check(z.nonnegative())
const listed = z.looseObject({
  items: z.array(
    z.looseObject({
      id: z.string().check(z.maxLength(64)),
      bytes: count,
      storedAt: count,
      expiresAt: count,
      maxReads: count,
      reads: count,
    }),
  ),
})
const maxListBytes = 1 << 20

/**
 * Items by HTTP, as docs/formats/channels.md says. Failures are RoomsError: `ROOMS_UNREACHABLE`, `ROOMS_FORBIDDEN` when the
 * pass is no (longer) good, `ROOMS_LIMIT_EXCEEDED`, `ROOMS_MALFORMED` for an answer of another shape.
 */
export function httpItems({ url, pass, fetch = globalThis.fetch }: HttpItemsOptions): ItemTransport {
  const base = String(url)

  async function ask(method: string, path: string, options: AbortableOptions, sealed?: Uint8Array): Promise<Response> {
    try {
      return await fetch(base + path, {
        method,
        headers: {
          Authorization: `Bearer ${pass()}`,
          ...(sealed && { "Content-Type": "application/octet-stream" }),
        },
        body: sealed?.slice() ?? null,
        signal: options.signal ?? null,
        cache: "no-store",
        redirect: "error",
      })
    } catch (cause) {
      options.signal?.throwIfAborted()
      throw new RoomsError("ROOMS_UNREACHABLE", "Cannot reach items: no answer", { cause })
    }
  }

  return {
    async put({ id, sealed, ttlMs, maxReads }, options = {}) {
      await taken(await ask("PUT", `/${id}?ttlMs=${ttlMs}&maxReads=${maxReads}`, options, sealed))
    },
    async get(id, options) {
      const response = await ask("GET", `/${id}`, options)
      if (isGone(response)) {
        await response.body?.cancel()
        return undefined
      }
      const sealed = await readBounded(await succeeded(response), options.maxBytes)
      return { sealed, readsLeft: Number(response.headers.get("Darkslide-Reads-Left") ?? Number.NaN) }
    },
    async has(id, options = {}) {
      const response = await ask("HEAD", `/${id}`, options)
      return !isGone(response) && (await succeeded(response)).ok
    },
    async list(options = {}) {
      const bytes = await readBounded(await succeeded(await ask("GET", "", options)), maxListBytes)
      const read = listed.safeParse(parseJson(bytes))
      if (read.success) return read.data.items
      throw new RoomsError("ROOMS_MALFORMED", "Cannot list items: an answer of another shape", { cause: read.error })
    },
    async clear(options = {}) {
      await taken(await ask("DELETE", "", options))
    },
  }
}

async function taken(response: Response): Promise<void> {
  await (await succeeded(response)).body?.cancel()
}

/** 404 and 410: it never came, or is gone. */
function isGone({ status }: Response): boolean {
  return status === 404 || status === 410
}

const codes: Readonly<Record<number, RoomsErrorCode>> = {
  401: "ROOMS_FORBIDDEN",
  403: "ROOMS_FORBIDDEN",
  409: "ROOMS_FORBIDDEN",
  413: "ROOMS_LIMIT_EXCEEDED",
  429: "ROOMS_LIMIT_EXCEEDED",
}

async function succeeded(response: Response): Promise<Response> {
  if (response.ok) return response
  await response.body?.cancel()
  const code = codes[response.status] ?? "ROOMS_UNREACHABLE"
  throw new RoomsError(code, `Cannot use items: the server answers ${response.status}`)
}

async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of response.body ?? new ReadableStream<Uint8Array<ArrayBuffer>>()) {
    length += piece.length
    if (length > maxBytes) throw new RoomsError("ROOMS_FORGED", `Cannot read item: more than ${maxBytes} bytes came`)
    pieces.push(piece)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** `undefined`, which no schema accepts, when it is not JSON. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    // Not JSON is one more way of having another shape.
    return undefined
  }
}
