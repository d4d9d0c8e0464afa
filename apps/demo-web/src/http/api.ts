import * as z from "zod/mini"
import { readBytes, type ReadOptions } from "./read-bytes.ts"
import { retrying } from "./retry.ts"
import { ServerError } from "./server-error.ts"

/** Speaks to one server. Answers are checked for their shape and bounded in size before anyone sees them. */
export class Api {
  readonly base: URL
  readonly fetch: typeof fetch
  /** Sent with every request, such as `Authorization` where no cookie travels. */
  headers: Readonly<Record<string, string>> = {}

  constructor(options: { base: URL; fetch: typeof fetch }) {
    this.base = options.base
    this.fetch = options.fetch
  }

  /** A JSON request whose JSON answer must be of `schema`. */
  async json<Value>(
    schema: z.ZodMiniType<Value>,
    method: string,
    path: string,
    options: JsonOptions = {},
  ): Promise<Value> {
    const response = await this.#send(method, path, options)
    return readAs(schema, await readBytes(response, { maxBytes: maxJsonBytes, signal: options.signal }))
  }

  /** A request whose answer's body does not matter. */
  async send(method: string, path: string, options: JsonOptions = {}): Promise<void> {
    const response = await this.#send(method, path, options)
    await response.body?.cancel()
  }

  /** As `send`, with bytes for a body. */
  async sendBytes(method: string, path: string, options: { bytes: Uint8Array; signal?: AbortSignal | undefined }) {
    const response = await this.#send(method, path, options)
    await response.body?.cancel()
  }

  /** The bytes of a resource. */
  async bytes(path: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    return await readBytes(await this.#send("GET", path, options), options)
  }

  /** Some bytes of a resource (RFC 9110 section 14): exactly those, or it rejects. */
  async range(path: string, place: ByteRange): Promise<Uint8Array<ArrayBuffer>> {
    const { offset, length, signal } = place
    const headers = { Range: `bytes=${offset}-${offset + length - 1}` }
    const response = await this.#send("GET", path, { headers, signal })
    if (response.status !== 206) {
      await response.body?.cancel()
      throw new ServerError("SERVER_MALFORMED", `The server answered ${response.status} where a range was asked for`)
    }
    const bytes = await readBytes(response, { maxBytes: length, signal })
    if (bytes.length === length) return bytes
    throw new ServerError("SERVER_MALFORMED", "The server gave fewer bytes than were asked for")
  }

  /** Whatever may be repeated without harm (RFC 9110 section 9.2.2) is, while the server is busy or out of reach. */
  async #send(method: string, path: string, options: SendOptions): Promise<Response> {
    const sendOnce = () => this.#sendOnce(method, path, options)
    return method === "POST" ? await sendOnce() : await retrying(sendOnce, options.signal)
  }

  async #sendOnce(method: string, path: string, options: SendOptions): Promise<Response> {
    const { body, bytes, signal } = options
    const type = body === undefined ? bytes && "application/octet-stream" : "application/json"
    let response: Response
    try {
      response = await this.fetch(new URL(path, this.base), {
        method,
        headers: {
          ...this.headers,
          ...options.headers,
          ...(type === undefined ? {} : { "Content-Type": type }),
        },
        body: body === undefined ? (bytes?.slice() ?? null) : JSON.stringify(body),
        signal: signal ?? null,
        cache: "no-store",
        redirect: "error",
      })
    } catch (cause) {
      signal?.throwIfAborted()
      throw new ServerError("OFFLINE", "Cannot reach the server", { cause })
    }
    if (response.ok) return response
    throw await problemOf(response)
  }
}

export interface JsonOptions {
  readonly body?: object | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

interface SendOptions extends JsonOptions {
  readonly bytes?: Uint8Array | undefined
}

interface ByteRange {
  readonly offset: number
  /** At least 1. */
  readonly length: number
  readonly signal?: AbortSignal | undefined
}

const maxJsonBytes = 8 << 20

const problemSchema = z.looseObject({ code: z.string().check(z.regex(/^[A-Z_]{3,60}$/)) })

async function problemOf(response: Response): Promise<ServerError> {
  const { status } = response
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN)
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined
  const body = await readBytes(response, { maxBytes: maxJsonBytes })
  const problem = problemSchema.safeParse(parseJson(body))
  if (!problem.success) return new ServerError("SERVER_MALFORMED", `The server answered ${status}`, { status })
  const { code } = problem.data
  return new ServerError(code, `The server answered ${status}: ${code}`, {
    status,
    retryAfterMs,
    problem: problem.data,
  })
}

function readAs<Value>(schema: z.ZodMiniType<Value>, bytes: Uint8Array): Value {
  const parsed = schema.safeParse(parseJson(bytes))
  if (parsed.success) return parsed.data
  throw new ServerError("SERVER_MALFORMED", `The server's answer has another shape: ${z.prettifyError(parsed.error)}`)
}

/** `undefined` for what is not JSON: no schema accepts that. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
