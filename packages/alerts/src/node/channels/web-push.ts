import { systemClock, type Clock } from "../../clock.ts"
import type { Channel } from "../../engine/channel.ts"
import type { Notification } from "../../engine/notification.ts"
import { createGuardedSender, type GuardOptions } from "../http/guarded-sender.ts"
import { checkAnswer } from "../http/http-failure.ts"
import { encryptPush, maxPushBytes } from "../web-push/encrypt-push.ts"
import { parseSubscription, type PushTarget } from "../web-push/push-subscription.ts"
import { VapidSigner, type VapidKeys } from "../web-push/vapid.ts"

export interface WebPushOptions extends GuardOptions {
  readonly vapid: VapidKeys
  /** How a push service reaches who runs this: `mailto:…` or `https://…`. */
  readonly subject: string
  /** How long a push service keeps a push for a browser that is off, in seconds. Default: a day. */
  readonly ttlSeconds?: number | undefined
  readonly clock?: Clock | undefined
}

/** RFC 8030 sections 5 and 7.3; 403 is a subscription made with another VAPID key (RFC 8292 section 4.2). */
const meanings = { gone: [404, 410], rejected: [400, 401, 403] }
const urgency = { info: "low", warning: "normal", critical: "high" } as const
const paddingStep = 512
const keptSubscriptions = 1000

/**
 * Pushes to browsers. A destination is the JSON of a `PushSubscription`. The service worker receives the JSON of a
 * {@link Notification}, without files; the push service reads nothing of it, and sees only its padded length, its urgency
 * and a topic, by which a later notification of the alert takes the place of one that still waits there.
 */
export function webPushChannel(options: WebPushOptions): Channel {
  const { vapid, subject, ttlSeconds = 86_400, clock = systemClock } = options
  const signer = new VapidSigner(vapid, subject)
  const send = createGuardedSender(options)
  const known = new Map<string, PushTarget>()
  return {
    timeoutMs: 20_000,
    // The push service cannot read it: the words of its events are for the browser alone.
    defaultContent: "text",
    checkDestination: (destination) => void parseSubscription(destination),
    async deliver(notification, { destination, signal }) {
      const target = known.get(destination) ?? parseSubscription(destination)
      if (known.size >= keptSubscriptions) known.clear()
      known.set(destination, target)
      const plaintext = toPlaintext(notification)
      const now = clock.now()
      const headers = {
        "content-type": "application/octet-stream",
        "content-encoding": "aes128gcm",
        ttl: String(ttlSeconds),
        urgency: urgency[notification.severity],
        // At most 32 characters of base64url (RFC 8030 section 5.4), which an alert's id is.
        topic: notification.alert.slice(0, 32),
        authorization: signer.authorization(target.endpoint, now),
      }
      const padTo = Math.ceil(plaintext.length / paddingStep) * paddingStep
      const body = encryptPush(plaintext, target, { padTo })
      checkAnswer(await send({ url: target.endpoint, headers, body, signal }), meanings, now)
    },
  }
}

/** As much as fits: without the files, then without the earlier events, then without the age file. */
function toPlaintext({ picture: _picture, clip: _clip, ...notification }: Notification): Uint8Array {
  const { sealed: _sealed, ...unsealed } = notification
  const forms = [notification, { ...notification, items: [] }, unsealed, { ...unsealed, items: [] }]
  const written = forms.map((form) => new TextEncoder().encode(JSON.stringify(form)))
  return written.find((bytes) => bytes.length <= maxPushBytes) ?? shortest(unsealed)
}

function shortest({ text: _text, details: _details, link: _link, ...rest }: Notification): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...rest, items: [] }))
}
