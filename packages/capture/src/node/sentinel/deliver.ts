import { toBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
import type { CaptureDevice } from "../../device.ts"
import { signDeviceLogin } from "../../device-login.ts"
import { CaptureError } from "../../errors.ts"
import { createTusUpload, resumeTusUpload } from "../../tus-upload.ts"
import type { SentinelConfiguration } from "./configuration.ts"
import type { DiskQueue, QueuedItem } from "./disk-queue.ts"

const challengeAnswer = z.object({ loginId: z.string(), challenge: z.string() })
const tokenAnswer = z.object({ token: z.string() })

const requestLimitMs = 60_000

/** Brings queued captures to the server. Each try goes on where the last one stopped. */
export class Delivery {
  readonly #server: SentinelConfiguration["server"]
  readonly #device: CaptureDevice
  readonly #queue: DiskQueue
  #token: string | undefined
  /** Of the last answer that asked to wait, in milliseconds. */
  retryAfterMs: number | undefined

  constructor(server: SentinelConfiguration["server"], device: CaptureDevice, queue: DiskQueue) {
    this.#server = server
    this.#device = device
    this.#queue = queue
    this.#token = server.token
  }

  /**
   * Signs in, to see that the server takes this device.
   * @throws CaptureError `CAPTURE_UPLOAD_REJECTED`, `CAPTURE_UPLOAD_INTERRUPTED`
   */
  async check(signal: AbortSignal): Promise<void> {
    if (this.#server.kind === "darkslide") await this.#signIn(signal)
    else await this.#send(new URL(this.#server.url), { method: "OPTIONS" }, signal)
  }

  /**
   * Delivers one item and drops it from the queue.
   * @throws CaptureError `CAPTURE_UPLOAD_REJECTED`, `CAPTURE_UPLOAD_INTERRUPTED`; the signal's reason when it aborts
   */
  async deliver(seq: number, signal: AbortSignal): Promise<void> {
    const item = await this.#queue.read(seq)
    if (this.#server.kind === "darkslide") {
      this.#token ??= await this.#signIn(signal)
      const url = await this.#upload(item, item.sealed.media, new URL("/v1/uploads", this.#server.url), signal)
      await this.#commit(item, url, signal)
    } else {
      const { header, media } = item.sealed
      const file = new Uint8Array(header.length + media.length)
      file.set(header)
      file.set(media, header.length)
      await this.#upload(item, file, new URL(this.#server.url), signal)
    }
    await this.#queue.remove(seq)
  }

  async #upload(item: QueuedItem, bytes: Uint8Array, endpoint: URL, signal: AbortSignal): Promise<URL> {
    const options = {
      endpoint,
      signal,
      headers: this.#authorization(),
      fetch: ((input, init) => this.#send(new URL(String(input)), init ?? {}, signal)) as typeof fetch,
    }
    let url = item.upload
    if (!url) {
      url = await createTusUpload(bytes.length, options)
      await this.#queue.setUpload(item.seq, url)
    }
    try {
      await resumeTusUpload(url, bytes, options)
    } catch (error) {
      if (!isRejected(error, 404, 410)) throw error
      // Expired; or bound already, by a commit whose answer never came: the commit will tell.
      if (item.upload && error.status === 404) return url
      await this.#queue.setUpload(item.seq, undefined)
      throw interrupted("the upload expired", error)
    }
    return url
  }

  async #commit(item: QueuedItem, upload: URL, signal: AbortSignal): Promise<void> {
    const { captureId, header, record, sealing, private: hidden, thumbnail, chunks, head } = item.sealed
    const parts = { header, record, sealing, private: hidden, thumbnail, chunks, head }
    const texts = Object.entries(parts).map(([name, bytes]) => [name, toBase64Url(bytes)] as const)
    const body = { ...Object.fromEntries(texts), upload: upload.pathname.split("/").at(-1) }
    const url = new URL(`/v1/captures/${captureId}`, this.#server.url)
    const answer = await this.#send(url, jsonInit("PUT", body, this.#authorization()), signal)
    // Deleted while it was on its way: what the owner wanted.
    if (answer.ok || answer.status === 410) return
    const problem = await problemOf(answer)
    if (problem === "UPLOAD_NOT_READY") {
      await this.#queue.setUpload(item.seq, undefined)
      throw interrupted("the upload is gone")
    }
    throw failed(answer, problem)
  }

  async #signIn(signal: AbortSignal): Promise<string> {
    const { accountId, deviceId } = this.#device
    const start = await this.#json(challengeAnswer, "/v1/devices/login/start", { accountId, deviceId }, signal)
    const login = toBase64Url(await signDeviceLogin(start.challenge, this.#device))
    const body = { loginId: start.loginId, login }
    this.#token = (await this.#json(tokenAnswer, "/v1/devices/login/finish", body, signal)).token
    return this.#token
  }

  async #json<Value>(schema: z.ZodMiniType<Value>, path: string, body: unknown, signal: AbortSignal): Promise<Value> {
    const answer = await this.#send(new URL(path, this.#server.url), jsonInit("POST", body, {}), signal)
    if (!answer.ok) throw failed(answer, await problemOf(answer))
    const parsed = schema.safeParse(await answer.json())
    if (!parsed.success) throw new CaptureError("CAPTURE_UPLOAD_REJECTED", "Cannot upload: this is no Darkslide server")
    return parsed.data
  }

  async #send(url: URL, init: RequestInit, signal: AbortSignal): Promise<Response> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(requestLimitMs)])
    let answer: Response
    try {
      const coming = await fetch(url, { ...init, redirect: "error", signal: limited })
      // Read here, so that an answer that breaks off is an interruption wherever it is looked at.
      const body = await coming.arrayBuffer()
      const { status, headers } = coming
      answer = new Response(body.byteLength > 0 ? body : null, { status, headers })
    } catch (cause) {
      signal.throwIfAborted()
      throw interrupted("the connection failed", cause)
    }
    const wait = answer.headers.get("Retry-After")
    if (wait !== null) this.retryAfterMs = parseRetryAfter(wait)
    // The token ran out, or the server forgot it: a new one next time.
    if (answer.status === 401 && this.#server.kind === "darkslide" && this.#token !== undefined) {
      this.#token = undefined
      throw interrupted("the session ended")
    }
    return answer
  }

  #authorization(): Record<string, string> {
    return this.#token === undefined ? {} : { Authorization: `Bearer ${this.#token}` }
  }
}

/** Seconds or a date (RFC 9110 section 10.2.3), in milliseconds from now, an hour at most. */
function parseRetryAfter(text: string): number | undefined {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.min(3_600_000, Math.max(0, ms))
}

function jsonInit(method: string, body: unknown, headers: Readonly<Record<string, string>>): RequestInit {
  return { method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) }
}

async function problemOf(answer: Response): Promise<string | undefined> {
  if (!answer.headers.get("Content-Type")?.startsWith("application/problem+json")) return undefined
  const parsed = z.object({ code: z.string() }).safeParse(await answer.json())
  return parsed.success ? parsed.data.code : undefined
}

function failed(answer: Response, problem: string | undefined): CaptureError {
  const { status } = answer
  if (status === 429 || (status >= 500 && status !== 507)) return interrupted(`it answered ${status}`)
  return new CaptureError("CAPTURE_UPLOAD_REJECTED", `Cannot upload: it answered ${status}`, { status, problem })
}

function interrupted(what: string, cause?: unknown): CaptureError {
  return new CaptureError("CAPTURE_UPLOAD_INTERRUPTED", `Cannot upload: ${what}`, { cause })
}

function isRejected(error: unknown, ...statuses: readonly number[]): error is CaptureError {
  return error instanceof CaptureError && error.status !== undefined && statuses.includes(error.status)
}
