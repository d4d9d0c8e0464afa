import { AlertsError } from "../errors.ts"
import { fromBase64, toBase64, type WebhookKey } from "./webhook-key.ts"

/** How far a webhook's time may be from the receiver's, in milliseconds: older ones are replays. */
const toleranceMs = 5 * 60_000
const maxSignatures = 20

/** The three headers of Standard Webhooks (standardwebhooks.com, "Webhook headers"). */
export interface WebhookHeaders {
  /** The same for every attempt: a receiver that saw it ignores the second. */
  readonly "webhook-id": string
  /** Seconds since 1970, of this attempt. */
  readonly "webhook-timestamp": string
  /** One signature per key, so that keys can be rotated. */
  readonly "webhook-signature": string
}

/** Signs a webhook with each of the keys. @throws RangeError without a key that signs. */
export async function signWebhook(
  body: Uint8Array,
  options: { readonly id: string; readonly at: number; readonly keys: readonly WebhookKey[] },
): Promise<WebhookHeaders> {
  const { id, at, keys } = options
  // "." separates what is signed: an id with one could be moved into the time.
  if (id === "" || id.includes(" ")) throw new RangeError("Cannot sign webhook: id without spaces")
  const timestamp = String(Math.floor(at / 1000))
  const signed = signedBytes(id, timestamp, body)
  const signatures = []
  for (const { version, sign } of keys) if (sign) signatures.push(`${version},${toBase64(await sign(signed))}`)
  if (signatures.length === 0) throw new RangeError("Cannot sign webhook: no key that signs")
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") }
}

/**
 * Checks a webhook that came in: over the bytes as they came, before they are parsed. Refuse an `id` that you have seen.
 * @throws AlertsError with `ALERTS_SIGNATURE_INVALID`.
 *
 * @example
 * ```ts
 * import { generateWebhookSecret, parseWebhookKey, signWebhook, verifyWebhook } from "@darkslide/alerts/webhook"
 * const keys = [parseWebhookKey(generateWebhookSecret())]
 * const body = new TextEncoder().encode("{}")
 * const headers = await signWebhook(body, { id: "msg_1", at: Date.now(), keys })
 * const { id } = await verifyWebhook(body, { headers: new Headers({ ...headers }), keys })
 * assert.equal(id, "msg_1")
 * ```
 */
export async function verifyWebhook(
  body: Uint8Array,
  options: { readonly headers: Headers; readonly keys: readonly WebhookKey[]; readonly now?: number | undefined },
): Promise<{ readonly id: string; readonly at: number }> {
  const { headers, keys, now = Date.now() } = options
  const id = headers.get("webhook-id") ?? ""
  const timestamp = headers.get("webhook-timestamp") ?? ""
  const at = /^\d{1,12}$/u.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN
  if (id === "" || !(Math.abs(now - at) <= toleranceMs)) throw invalid("its id or time is missing, or too far from now")
  const signed = signedBytes(id, timestamp, body)
  const signatures = (headers.get("webhook-signature") ?? "").split(" ").slice(0, maxSignatures)
  for (const signature of signatures) {
    const [version, base64 = ""] = signature.split(",")
    for (const key of keys)
      if (key.version === version && (await key.verify(fromBase64(base64), signed))) return { id, at }
  }
  throw invalid("no signature holds")
}

function signedBytes(id: string, timestamp: string, body: Uint8Array): Uint8Array {
  const before = new TextEncoder().encode(`${id}.${timestamp}.`)
  const signed = new Uint8Array(before.length + body.length)
  signed.set(before)
  signed.set(body, before.length)
  return signed
}

const invalid = (why: string): AlertsError =>
  new AlertsError("ALERTS_SIGNATURE_INVALID", `Cannot accept webhook: ${why}`)
