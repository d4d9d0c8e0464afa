import { hkdf } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { bech32 } from "@scure/base"
import { fromBase64, toBase64 } from "../bytes/base64.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { chooseX25519, synchronousX25519, type X25519PublicKey, type X25519SecretKey } from "../x25519.ts"
import { unwrapFileKey, wrapFileKey } from "./file-key.ts"
import type { Identity, Recipient, Stanza } from "./recipient.ts"

/** A public key that files are sealed to. Prints as `age1…`. */
export interface X25519Recipient extends Recipient {
  readonly type: "X25519"
  toString(): string
}

/** A secret key that opens files. Prints as `AGE-SECRET-KEY-1…`: the secret itself. */
export interface X25519Identity extends Identity {
  readonly type: "X25519"
  readonly recipient: X25519Recipient
  toString(): string
}

const label = "age-encryption.org/v1/X25519"
const recipientPrefix = "age"
const identityPrefix = "age-secret-key-"

/**
 * A new X25519 identity; its `recipient` is what others seal to.
 *
 * @example
 * ```ts
 * const me = generateKeyPair()
 * const again = parseIdentity(me.toString())
 * assert.equal(again.recipient.toString(), me.recipient.toString())
 * ```
 */
export function generateKeyPair(): X25519Identity {
  return identityOf(randomBytes(32))
}

/**
 * Reads an `age1…` recipient.
 * @throws CryptoError `CRYPTO_MALFORMED`
 */
export function parseRecipient(text: string): X25519Recipient {
  return recipientOf(decodeKey(text, recipientPrefix, "recipient"))
}

/**
 * Reads an `AGE-SECRET-KEY-1…` identity.
 * @throws CryptoError `CRYPTO_MALFORMED`; the message never contains the text.
 */
export function parseIdentity(text: string): X25519Identity {
  return identityOf(decodeKey(text, identityPrefix, "identity"))
}

function decodeKey(text: string, prefix: string, what: string): Uint8Array {
  const decoded = bech32.decodeUnsafe(text)
  if (!decoded || decoded.prefix !== prefix)
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${what}: not Bech32 with the prefix "${prefix}"`)
  const bytes = bech32.fromWordsUnsafe(decoded.words)
  if (bytes?.length !== 32) throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${what}: not 32 bytes`)
  return bytes
}

function recipientOf(publicKey: Uint8Array): X25519Recipient {
  let prepared: X25519PublicKey | undefined
  return {
    type: "X25519",
    toString: () => bech32.encodeFromBytes(recipientPrefix, publicKey),
    async wrap(fileKey) {
      prepared ??= (await chooseX25519()).withPublicKey(publicKey)
      const { share, secret } = await prepared.agree()
      return [
        { type: "X25519", args: [toBase64(share)], body: wrapFileKey(wrapKey(secret, share, publicKey), fileKey) },
      ]
    },
  }
}

function identityOf(secretKey: Uint8Array): X25519Identity {
  const { publicKey } = synchronousX25519().withSecretKey(secretKey)
  let prepared: X25519SecretKey | undefined
  return {
    type: "X25519",
    recipient: recipientOf(publicKey),
    toString: () => bech32.encodeFromBytes(identityPrefix, secretKey).toUpperCase(),
    async unwrap(stanzas) {
      for (const stanza of stanzas) {
        if (stanza.type !== "X25519") continue
        const share = readShare(stanza)
        prepared ??= (await chooseX25519()).withSecretKey(secretKey)
        const fileKey = unwrapFileKey(wrapKey(await prepared.agree(share), share, publicKey), stanza.body)
        if (fileKey) return fileKey
      }
      return null
    },
  }
}

function readShare(stanza: Stanza): Uint8Array {
  const [share, ...more] = stanza.args
  if (share === undefined || more.length > 0)
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read X25519 stanza: one argument belongs there")
  return fromBase64(share, 32)
}

function wrapKey(shared: Uint8Array, share: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return hkdf(sha256, shared, concatBytes(share, publicKey), toUtf8(label), 32)
}
