import { systemClock, type Clock } from "../../clock.ts"
import type { Channel } from "../../engine/channel.ts"
import type { Notification } from "../../engine/notification.ts"
import { signWebhook } from "../../webhook/standard-webhooks.ts"
import type { WebhookKey } from "../../webhook/webhook-key.ts"
import { createGuardedSender, parseTarget, type GuardOptions } from "../http/guarded-sender.ts"
import { checkAnswer } from "../http/http-failure.ts"

export interface WebhookOptions extends GuardOptions {
  /** What signs, for a destination; several while keys are rotated. */
  readonly keys: readonly WebhookKey[] | ((destination: string) => readonly WebhookKey[])
  readonly clock?: Clock | undefined
}

/** 410 is how a receiver says to stop; what else it answers, an outage or a deployment may be the reason. */
const meanings = { gone: [410], rejected: [400, 405, 414, 415, 422, 431] }
const maxBodyBytes = 20_000

/**
 * Posts notifications to URLs, signed by Standard Webhooks: `{ "type": "alert.new", "timestamp": "…", "data": { … } }`. The
 * `webhook-id` is the idempotency key. Bodies stay under 20 kB: files are not in them, a link is.
 */
export function webhookChannel(options: WebhookOptions): Channel {
  const { keys, clock = systemClock } = options
  const send = createGuardedSender(options)
  return {
    timeoutMs: 20_000,
    defaultContent: "text",
    checkDestination: (destination) => void parseTarget(destination),
    async deliver(notification, { destination, idempotencyKey, signal }) {
      const body = toBody(notification)
      const now = clock.now()
      const signing = typeof keys === "function" ? keys(destination) : keys
      const signature = await signWebhook(body, { id: idempotencyKey, at: now, keys: signing })
      const headers = { "content-type": "application/json", ...signature }
      checkAnswer(await send({ url: destination, headers, body, signal }), meanings, now)
    },
  }
}

function toBody({ sealed: _sealed, picture: _picture, clip: _clip, ...data }: Notification): Uint8Array {
  const timestamp = new Date(data.at).toISOString()
  const write = (shown: object): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ type: `alert.${data.kind}`, timestamp, data: shown }))
  const body = write(data)
  return body.length <= maxBodyBytes ? body : write({ ...data, items: [] })
}
