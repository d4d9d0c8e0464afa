import { hkdf } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { fromBase64 } from "../bytes/base64.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { unwrapFileKey } from "./file-key.ts"
import { encodeKeyText } from "./key-text.ts"
import type { Identity } from "./recipient.ts"
import { parseRecipient, type X25519Recipient } from "./x25519.ts"

/** An X25519 identity whose secret the browser keeps: it can open files, and nobody can copy it out. */
export interface CryptoKeyIdentity extends Identity {
  readonly type: "X25519"
  readonly recipient: X25519Recipient
}

const label = "age-encryption.org/v1/X25519"

/**
 * Makes an identity of an X25519 private key of WebCrypto, which may be non-extractable, and can be kept in IndexedDB.
 * @param privateKey - With the usage `deriveBits`.
 * @throws TypeError for any other key.
 *
 * @example
 * ```ts
 * const pair = (await crypto.subtle.generateKey("X25519", false, ["deriveBits"])) as CryptoKeyPair
 * const me = await identityFromCryptoKey(pair.privateKey)
 * const sealed = await seal(new Uint8Array([7]), { to: [me.recipient] })
 * assert.deepEqual(await open(sealed, { with: [me] }), new Uint8Array([7]))
 * ```
 */
export async function identityFromCryptoKey(privateKey: CryptoKey): Promise<CryptoKeyIdentity> {
  if (privateKey.algorithm.name !== "X25519" || privateKey.type !== "private")
    throw new TypeError("an X25519 private key is needed")
  if (!privateKey.usages.includes("deriveBits")) throw new TypeError('the key must have the usage "deriveBits"')
  // The public key is the scalar times the base point, u = 9 (RFC 7748 section 6.1).
  const publicKey = await deriveBits(privateKey, Uint8Array.of(9, ...new Uint8Array(31)))
  return {
    type: "X25519",
    recipient: parseRecipient(encodeKeyText("age", publicKey)),
    async unwrap(stanzas) {
      for (const { type, args, body } of stanzas) {
        if (type !== "X25519") continue
        const [encoded, ...more] = args
        if (encoded === undefined || more.length > 0)
          throw new CryptoError("CRYPTO_MALFORMED", "Cannot read X25519 stanza: one argument belongs there")
        const share = fromBase64(encoded, 32)
        const shared = await deriveBits(privateKey, share)
        const fileKey = unwrapFileKey(hkdf(sha256, shared, concatBytes(share, publicKey), toUtf8(label), 32), body)
        if (fileKey) return fileKey
      }
      return null
    },
  }
}

/** The all-zero secret of a low-order share is refused (RFC 7748 section 6.1): by WebCrypto, and here if it is not. */
async function deriveBits(privateKey: CryptoKey, share: Uint8Array): Promise<Uint8Array> {
  let secret: Uint8Array
  try {
    const peer = await crypto.subtle.importKey("raw", new Uint8Array(share), "X25519", true, [])
    secret = new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: peer }, privateKey, 256))
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read X25519 stanza: low-order share", { cause })
  }
  if (secret.every((byte) => byte === 0))
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read X25519 stanza: low-order share")
  return secret
}
