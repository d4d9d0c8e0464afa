import { CaptureError, openCapture, type OpenedCapture } from "@darkslide/capture"
import { chunkCount } from "@darkslide/crypto"
import type * as z from "zod/mini"
import type { AbortableOptions } from "../account/account-service.ts"
import type { HttpAccount, UnlockedSession } from "../account/http-account.ts"
import type { Api } from "../http/api.ts"
import { ServerError } from "../http/server-error.ts"
import { armedMessage, inboxMessage, overviewMessage, targetAdded, testOutcome } from "./alert-messages.ts"
import type {
  AlertKind,
  AlertsOverview,
  AlertsService,
  ArmedBrowser,
  InboxItem,
  QuietHours,
  TargetChannel,
} from "./alerts-service.ts"

export interface HttpAlertsOptions {
  readonly api: Api
  readonly account: HttpAccount
  /** Subscribes this browser to pushes of a server. Absent where a browser has none. */
  readonly subscribe?: ((vapidPublicKey: string, signal: AbortSignal | undefined) => Promise<string>) | undefined
}

type InboxMessageItem = z.infer<typeof inboxMessage>["items"][number]

interface Verified {
  readonly opened: OpenedCapture
  readonly sealedBytes: number
}

const maxThumbnailBytes = 256 * 1024

/** Alerts and the inbox over HTTP: no photo leaves here that was not verified. */
export class HttpAlerts implements AlertsService {
  readonly #options: HttpAlertsOptions
  /** What was verified in this page, by capture id. */
  readonly #verified = new Map<string, Verified>()

  constructor(options: HttpAlertsOptions) {
    this.#options = options
  }

  async overview(options: AbortableOptions = {}): Promise<AlertsOverview> {
    return await this.#options.api.json(overviewMessage, "GET", "/v1/alerts", options)
  }

  async addTarget(
    body: { readonly channel: TargetChannel; readonly destination: string },
    options: AbortableOptions = {},
  ): Promise<string | undefined> {
    const answer = await this.#options.api.json(targetAdded, "POST", "/v1/alerts/targets", { ...options, body })
    return answer.secret
  }

  async removeTarget(id: string, options: AbortableOptions = {}): Promise<void> {
    await this.#options.api.send("DELETE", `/v1/alerts/targets/${id}`, options)
  }

  async testTarget(id: string, options: AbortableOptions = {}): Promise<string | undefined> {
    const path = `/v1/alerts/targets/${id}/test`
    const { outcome, code } = await this.#options.api.json(testOutcome, "POST", path, { ...options, body: {} })
    return outcome === "sent" ? undefined : (code ?? "ALERTS_FAILED")
  }

  async setQuietHours(hours: QuietHours | undefined, options: AbortableOptions = {}): Promise<void> {
    const body = { quietHours: hours ?? null }
    await this.#options.api.send("PUT", "/v1/alerts/quiet-hours", { ...options, body })
  }

  async mute(kind: AlertKind | "everything", until: number | null, options: AbortableOptions = {}): Promise<void> {
    await this.#options.api.send("PUT", `/v1/alerts/mutes/${kind}`, { ...options, body: { until } })
  }

  async endMute(kind: AlertKind | "everything", options: AbortableOptions = {}): Promise<void> {
    await this.#options.api.send("DELETE", `/v1/alerts/mutes/${kind}`, options)
  }

  async acknowledge(alertId: string, options: AbortableOptions = {}): Promise<void> {
    await this.#options.api.send("POST", `/v1/alerts/${alertId}/acknowledged`, { ...options, body: {} })
  }

  async subscribe(options: AbortableOptions = {}): Promise<void> {
    const { subscribe } = this.#options
    if (subscribe === undefined) throw new ServerError("PUSH_UNAVAILABLE", "This browser has no pushes")
    const { vapidPublicKey } = await this.overview(options)
    const destination = await subscribe(vapidPublicKey, options.signal)
    await this.addTarget({ channel: "push", destination }, options)
  }

  async inbox(options: AbortableOptions = {}) {
    const { items, attempts } = await this.#options.api.json(inboxMessage, "GET", "/v1/inbox", options)
    const session = await this.#options.account.refresh(options)
    const named = ({ deviceId, ...rest }: (typeof attempts)[number]) => ({
      ...rest,
      deviceName: nameOf(deviceId, session),
    })
    return {
      items: await Promise.all(items.map((item) => this.#itemOf(item, session))),
      attempts: attempts.map(named),
    }
  }

  async thumbnail(captureId: string, options: AbortableOptions = {}): Promise<Blob> {
    const { opened } = this.#known(captureId)
    const path = `/v1/inbox/${captureId}/thumbnail`
    const sealed = await this.#options.api.bytes(path, { ...options, maxBytes: maxThumbnailBytes })
    return new Blob([(await opened.openThumbnail(sealed)).slice()], { type: "image/jpeg" })
  }

  async photo(captureId: string, options: AbortableOptions = {}): Promise<Blob> {
    const { opened, sealedBytes } = this.#known(captureId)
    const bytes = async (part: string, maxBytes: number) =>
      await this.#options.api.bytes(`/v1/inbox/${captureId}/${part}`, { ...options, maxBytes })
    const [media, chunks] = await Promise.all([
      bytes("media", sealedBytes),
      bytes("chunks", 32 * chunkCount(sealedBytes)),
    ])
    return new Blob([(await opened.openMedia(media, chunks)).slice()], { type: opened.record.mediaType })
  }

  async review(captureIds: readonly string[], options: AbortableOptions = {}): Promise<void> {
    await this.#options.api.send("POST", "/v1/inbox/reviewed", { ...options, body: { captureIds } })
  }

  async delete(captureId: string, options: AbortableOptions = {}): Promise<void> {
    await this.#options.api.send("DELETE", `/v1/inbox/${captureId}`, options)
    this.#verified.delete(captureId)
  }

  async armed(options: AbortableOptions = {}): Promise<readonly ArmedBrowser[]> {
    const { devices } = await this.#options.api.json(armedMessage, "GET", "/v1/inbox/devices", options)
    const session = await this.#options.account.refresh(options)
    return devices.map((device) => ({ ...device, deviceName: nameOf(device.deviceId, session) }))
  }

  async disarm(deviceId: string, options: AbortableOptions = {}): Promise<void> {
    await this.#options.api.send("DELETE", `/v1/inbox/devices/${deviceId}`, options)
  }

  /** What fails its checks is an item too: the others still show. */
  async #itemOf(item: InboxMessageItem, session: UnlockedSession): Promise<InboxItem> {
    const { captureId, deviceId, receivedAt, isReviewed, mediaBytes: sealedBytes } = item
    try {
      const opened = await openCapture(item, {
        with: session.account.keyring.inboxIdentity,
        state: session.account.state,
        captureId,
        signedBy: ["inbox"],
      })
      this.#verified.set(captureId, { opened, sealedBytes })
      const { createdAt } = opened.record
      return { captureId, createdAt, receivedAt, isReviewed, deviceId, deviceName: nameOf(deviceId, session) }
    } catch (error) {
      if (error instanceof CaptureError) return { captureId, receivedAt, isReviewed, refused: error.code }
      throw error
    }
  }

  #known(captureId: string): Verified {
    const known = this.#verified.get(captureId)
    if (known === undefined) throw new ServerError("CAPTURE_NOT_FOUND", "Nothing is known of this photo here")
    return known
  }
}

function nameOf(deviceId: string, { account }: UnlockedSession): string {
  return account.keyring.deviceNames[deviceId] ?? deviceId
}
