import {
  createCipheriv,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from "node:crypto"
import { AlertsError } from "../../errors.ts"
import type { PushTarget } from "./push-subscription.ts"

/** What a push service must take (RFC 8291 section 4): 4,096 bytes, less header, delimiter and tag. */
export const maxPushBytes = 3993
const recordSize = 4096
const tagBytes = 16
const saltBytes = 16
const pointBytes = 65
const headerBytes = saltBytes + 5 + pointBytes
const keyLabel = Buffer.from("WebPush: info\0")

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
  const salt = random?.salt ?? randomBytes(saltBytes)
  const paddedBytes = Math.max(plaintext.length, Math.min(padTo, maxPushBytes)) + 1

  // RFC 8188 section 2.1: salt, record size, length of the key, our public key; then the one record.
  const message = Buffer.alloc(headerBytes + paddedBytes)
  message.set(salt)
  message.writeUInt32BE(recordSize, saltBytes)
  message[saltBytes + 4] = pointBytes
  writePoint(ours.publicKey, message.subarray(headerBytes - pointBytes, headerBytes))

  // RFC 8291 section 3.4.
  const keyInfo = Buffer.allocUnsafe(keyLabel.length + 2 * pointBytes)
  keyInfo.set(keyLabel)
  keyInfo.set(receiver.publicKey, keyLabel.length)
  message.copy(keyInfo, keyLabel.length + pointBytes, headerBytes - pointBytes, headerBytes)
  const shared = diffieHellman({ privateKey: ours.privateKey, publicKey: receiver.key })
  const input = createSecretKey(new Uint8Array(hkdfSync("sha256", shared, receiver.authSecret, keyInfo, 32)))
  // RFC 8188 sections 2.2 and 2.3; one record, number 0.
  const key = new Uint8Array(hkdfSync("sha256", input, salt, "Content-Encoding: aes128gcm\0", 16))
  const nonce = new Uint8Array(hkdfSync("sha256", input, salt, "Content-Encoding: nonce\0", 12))

  const padded = message.subarray(headerBytes)
  padded.set(plaintext)
  // The delimiter of the last record.
  padded[plaintext.length] = 2
  const cipher = createCipheriv("aes-128-gcm", key, nonce, { authTagLength: tagBytes })
  // GCM gives each byte at once: nothing is left for `final`.
  padded.set(cipher.update(padded))
  cipher.final()
  return Buffer.concat([message, cipher.getAuthTag()])
}

/** The uncompressed point. */
function writePoint(publicKey: KeyObject, target: Buffer): void {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" })
  target[0] = 4
  target.write(x, 1, "base64url")
  target.write(y, 33, "base64url")
}
