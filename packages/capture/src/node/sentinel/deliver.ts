import { toBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
import type { CaptureDevice } from "../../sealed/device.ts"
import { signDeviceLogin } from "../../sealed/device-login.ts"
import { CaptureError } from "../../errors.ts"
import { checkAnswer, interrupted, rejected, sendWithLimit } from "../../upload/send-request.ts"
import { createTusUpload, resumeTusUpload } from "../../upload/tus-upload.ts"
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
      throw interrupted("the upload expired", { cause: error })
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
    if (answer.status === 410) return
    try {
      await checkAnswer(answer)
    } catch (error) {
      if (!(error instanceof CaptureError) || error.problem !== "UPLOAD_NOT_READY") throw error
      await this.#queue.setUpload(item.seq, undefined)
      throw interrupted("the upload is gone", { cause: error })
    }
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
    await checkAnswer(answer)
    const parsed = schema.safeParse(await answer.json())
    if (!parsed.success) throw rejected("this is no Darkslide server", {})
    return parsed.data
  }

  async #send(url: URL, init: RequestInit, signal: AbortSignal): Promise<Response> {
    const answer = await sendWithLimit(url, init, { fetch: fetchWhole, timeoutMs: requestLimitMs, signal })
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

/** Reads the answer whole, so that one that breaks off is an interruption wherever it is looked at. */
const fetchWhole: typeof fetch = async (input, init) => {
  const coming = await fetch(input, { ...init, redirect: "error" })
  const body = await coming.arrayBuffer()
  const { status, headers } = coming
  return new Response(body.byteLength > 0 ? body : null, { status, headers })
}

function jsonInit(method: string, body: unknown, headers: Readonly<Record<string, string>>): RequestInit {
  return { method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) }
}

function isRejected(error: unknown, ...statuses: readonly number[]): error is CaptureError {
  return error instanceof CaptureError && error.status !== undefined && statuses.includes(error.status)
}
