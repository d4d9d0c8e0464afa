import { createCipheriv, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes, type KeyObject } from "node:crypto"
import { AlertsError } from "../../errors.ts"
import type { PushTarget } from "./push-subscription.ts"

/** What a push service must take (RFC 8291 section 4): 4,096 bytes, less header, delimiter and tag. */
export const maxPushBytes = 3993
const recordSize = 4096
const tagBytes = 16

/** For tests against the RFC's vector only. */
export interface PushRandomness {
  readonly salt: Uint8Array
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/**
 * Encrypts a message for one browser (RFC 8291, content coding `aes128gcm` of RFC 8188), so that the push service reads
 * nothing of it. Zeros behind the delimiter pad it to `padTo` bytes: its length says less.
 * @throws AlertsError with `ALERTS_TOO_LARGE` above {@link maxPushBytes}.
 */
export function encryptPush(
  plaintext: Uint8Array,
  receiver: Omit<PushTarget, "endpoint">,
  options: { readonly padTo?: number | undefined; readonly random?: PushRandomness | undefined } = {},
): Uint8Array {
  const { padTo = 0, random } = options
  if (plaintext.length > maxPushBytes)
    throw new AlertsError("ALERTS_TOO_LARGE", `Cannot push: over ${maxPushBytes} bytes`)
  // A new pair for each message; as key objects, which agree twice as fast as an ECDH object does.
  const ours = random ?? generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  const salt = random?.salt ?? randomBytes(16)
  const publicKey = toPoint(ours.publicKey)

  // RFC 8291 section 3.4.
  const keyInfo = Buffer.concat([Buffer.from("WebPush: info\0"), receiver.publicKey, publicKey])
  const shared = diffieHellman({ privateKey: ours.privateKey, publicKey: receiver.key })
  const input = Buffer.from(hkdfSync("sha256", shared, receiver.authSecret, keyInfo, 32))
  // RFC 8188 sections 2.2 and 2.3; one record, number 0.
  const key = Buffer.from(hkdfSync("sha256", input, salt, "Content-Encoding: aes128gcm\0", 16))
  const nonce = Buffer.from(hkdfSync("sha256", input, salt, "Content-Encoding: nonce\0", 12))

  const padded = Buffer.alloc(Math.max(plaintext.length, Math.min(padTo, maxPushBytes)) + 1)
  padded.set(plaintext)
  // The delimiter of the last record.
  padded[plaintext.length] = 2
  const cipher = createCipheriv("aes-128-gcm", key, nonce, { authTagLength: tagBytes })
  const sizes = Buffer.alloc(5)
  sizes.writeUInt32BE(recordSize)
  sizes[4] = publicKey.length
  return Buffer.concat([salt, sizes, publicKey, cipher.update(padded), cipher.final(), cipher.getAuthTag()])
}

/** The uncompressed point: 65 bytes. */
function toPoint(publicKey: KeyObject): Buffer {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" })
  return Buffer.concat([uncompressed, Buffer.from(x, "base64url"), Buffer.from(y, "base64url")])
}

const uncompressed = Buffer.of(4)
