import { createPublicKey, type KeyObject } from "node:crypto"
import { AlertsError } from "../../errors.ts"
import { parseTarget } from "../http/guarded-sender.ts"

/** Where a browser wants its pushes: `PushSubscription.toJSON()`, checked. */
export interface PushTarget {
  readonly endpoint: string
  /** The browser's P-256 key, uncompressed: 65 bytes. */
  readonly publicKey: Uint8Array
  /** The same key. */
  readonly key: KeyObject
  /** 16 bytes. */
  readonly authSecret: Uint8Array
}

/**
 * Reads the JSON text of a `PushSubscription`, as `JSON.stringify(subscription)` writes it in the page.
 * @throws AlertsError with `ALERTS_ADDRESS_REFUSED`.
 */
export function parseSubscription(text: string): PushTarget {
  const { endpoint, keys } = parseJson(text) as { endpoint?: unknown; keys?: { p256dh?: unknown; auth?: unknown } }
  if (typeof endpoint !== "string" || typeof keys?.p256dh !== "string" || typeof keys.auth !== "string") throw refused()
  const publicKey = fromBase64Url(keys.p256dh)
  const authSecret = fromBase64Url(keys.auth)
  if (authSecret.length !== 16 || publicKey.length !== 65) throw refused()
  parseTarget(endpoint)
  return { endpoint, publicKey, key: toKey(publicKey), authSecret }
}

/** Both alphabets, with or without padding: browsers differ. */
const fromBase64Url = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64url"))

/** SubjectPublicKeyInfo of a P-256 point (RFC 5480), up to the point. */
const spkiPrefix = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex")

function toKey(point: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.concat([spkiPrefix, point]), format: "der", type: "spki" })
  } catch (error) {
    throw refused(error)
  }
}

function parseJson(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === "object" && value !== null) return value
  } catch (error) {
    throw refused(error)
  }
  throw refused()
}

function refused(cause?: unknown): AlertsError {
  return new AlertsError("ALERTS_ADDRESS_REFUSED", "Cannot push: not the JSON of a PushSubscription", { cause })
}
