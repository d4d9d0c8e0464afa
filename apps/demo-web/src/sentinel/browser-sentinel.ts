import { sealCapture, type CaptureInput } from "@darkslide/capture"
import { parseRecipient, toBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
import type { AbortableOptions } from "../account/account-service.ts"
import { captureDeviceOf, deviceKeysOf, newDeviceKeys } from "../account/device-keys.ts"
import type { HttpAccount } from "../account/http-account.ts"
import { Latest } from "../account/latest.ts"
import type { Api } from "../http/api.ts"
import { ServerError } from "../http/server-error.ts"
import type { DeviceSequence } from "../library/device-sequence.ts"
import type { ArmedRecord, SentinelMemory } from "./sentinel-memory.ts"
import {
  failuresForPhoto,
  SentinelError,
  type AlertContentChoice,
  type SentinelService,
  type SentinelView,
} from "./sentinel-service.ts"

export interface BrowserSentinelOptions {
  readonly api: Api
  readonly account: HttpAccount
  readonly memory: SentinelMemory
  readonly sequence: DeviceSequence
  readonly locks: LockManager
  /** Whether the browser gives the camera without asking. */
  readonly cameraIsGranted: () => Promise<boolean>
  /** Takes one photo: a JPEG of at most 512 KiB, with its thumbnail. */
  readonly takePhoto: () => Promise<Pick<CaptureInput, "media" | "thumbnail" | "createdAt">>
  /** What a person will know this browser by. */
  readonly deviceName: string
}

const armedAnswer = z.object({ token: z.string() })
/** More than that would only be a flood that the server drops. */
const mostWaiting = 10

export class BrowserSentinel implements SentinelService {
  readonly #options: BrowserSentinelOptions
  readonly #view = new Latest<SentinelView>({ camera: "not-granted" })

  constructor(options: BrowserSentinelOptions) {
    this.#options = options
  }

  views({ signal }: { readonly signal: AbortSignal }): AsyncIterable<SentinelView> {
    void this.look()
    return this.#view.follow(signal)
  }

  async look(): Promise<void> {
    const record = await this.#options.memory.armed()
    const armed = record && { accountId: record.accountId, deviceId: record.deviceId, content: record.content }
    this.#view.set({ armed, camera: (await this.#options.cameraIsGranted()) ? "granted" : "not-granted" })
  }

  async arm({ content, signal }: AbortableOptions & { readonly content: AlertContentChoice }): Promise<void> {
    const { api, account, memory, deviceName, cameraIsGranted } = this.#options
    if (!(await cameraIsGranted()))
      throw new SentinelError("CAMERA_NOT_GRANTED", "Cannot arm browser: it would have to ask for the camera")
    const { accountId } = account.unlocked().account
    const known = await memory.armed()
    // Armed by somebody else on the same machine: theirs ends with this.
    const keys = known?.accountId === accountId ? await deviceKeysOf(known.pair) : await newDeviceKeys()
    const device = { publicKey: keys.signer.publicKey, scope: "inbox", name: deviceName } as const
    const { state } = await account.vouchFor(device, { signal })
    const path = `/v1/inbox/devices/${keys.deviceId}`
    const { token } = await api.json(armedAnswer, "PUT", path, { body: { content }, signal })
    const { pair, deviceId } = keys
    await memory.remember({ accountId, deviceId, pair, recipient: state.inboxRecipient, token, content, failures: 0 })
    await this.look()
  }

  async disarm({ signal }: AbortableOptions = {}): Promise<void> {
    const { api, account, memory, sequence } = this.#options
    const record = await memory.armed()
    if (record === undefined) return
    const { deviceId } = record
    await api.send("DELETE", `/v1/inbox/devices/${deviceId}`, { signal })
    await account.endDevice(deviceId, await sequence.last(deviceId), { signal })
    await memory.forget()
    await this.look()
  }

  async loginFailed(): Promise<void> {
    const isDue = await this.#alone(async () => {
      const record = await this.#options.memory.armed()
      if (record === undefined) return false
      const failures = record.failures + 1
      await this.#options.memory.remember({ ...record, failures })
      return failures >= failuresForPhoto
    })
    if (isDue) await this.#alone(async () => await this.#capture())
    await this.#sendWaiting()
  }

  async loginPassed(): Promise<void> {
    await this.#alone(async () => {
      const record = await this.#options.memory.armed()
      if (record !== undefined && record.failures > 0) await this.#options.memory.remember({ ...record, failures: 0 })
    })
    await this.#sendWaiting()
  }

  /** Seals a photo and keeps it until the server has it. */
  async #capture(): Promise<void> {
    const { memory, sequence, takePhoto, cameraIsGranted } = this.#options
    const record = await memory.armed()
    // Another tab was faster.
    if (record === undefined || record.failures < failuresForPhoto) return
    // Never asks: a question for the camera would be the intruder's to answer.
    if (!(await cameraIsGranted())) return await memory.remember({ ...record, failures: 0 })
    const { media, thumbnail, createdAt } = await takePhoto()
    const recipient = parseRecipient(record.recipient)
    const device = captureDeviceOf(await deviceKeysOf(record.pair), record.accountId)
    const input = { media, thumbnail, createdAt, mediaType: "image/jpeg", kind: "photo" } as const
    // What waits is held here; nothing else takes this device's numbers.
    const body = await sequence.take(
      record.deviceId,
      async () => new Set(),
      async (position, taken) => {
        const sealed = await sealCapture(
          { ...input, details: { trigger: { type: "failed-login", at: createdAt } } },
          { to: [recipient], owner: recipient, device, position },
        )
        await taken(sealed)
        const { captureId, recordHash: _recordHash, ...parts } = sealed
        const texts = Object.entries(parts).map(([name, bytes]) => [name, toBase64Url(bytes)] as const)
        const clear = record.content === "clear" ? { picture: toBase64Url(media) } : {}
        return JSON.stringify({ captureId, ...Object.fromEntries(texts), ...clear })
      },
    )
    const waiting = await memory.waiting()
    // The first evidence stays.
    if (waiting.length < mostWaiting) await memory.keepWaiting([...waiting, body])
    // Only now: a page that was left meanwhile takes it at the next failure.
    await memory.remember({ ...record, failures: 0 })
  }

  /** Out of reach of the server they wait for the next login, good or not. */
  async #sendWaiting(): Promise<void> {
    await this.#alone(async () => {
      const { memory } = this.#options
      const record = await memory.armed()
      for (let waiting = await memory.waiting(); record !== undefined && waiting[0] !== undefined;) {
        if (!(await this.#send(waiting[0], record))) return
        waiting = waiting.slice(1)
        await memory.keepWaiting(waiting)
      }
    })
  }

  /** @returns whether it is done with: taken, or refused for good. */
  async #send(body: string, { token }: ArmedRecord): Promise<boolean> {
    const { api, memory } = this.#options
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }
    try {
      const url = new URL("/v1/inbox", api.base)
      const init: RequestInit = {
        method: "POST",
        headers,
        body,
        cache: "no-store",
        redirect: "error",
        credentials: "omit",
      }
      const answer = await api.fetch(url, init)
      await answer.body?.cancel()
      // Disarmed elsewhere: its owner does not want photos of this browser any more.
      if (answer.status === 401) await memory.forget()
      if (answer.status === 401) await this.look()
      return answer.status < 500 && answer.status !== 429
    } catch (error) {
      if (error instanceof TypeError || (error instanceof ServerError && error.code === "OFFLINE")) return false
      throw error
    }
  }

  /** One tab at a time. */
  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    return await this.#options.locks.request("darkslide/sentinel", work)
  }
}
