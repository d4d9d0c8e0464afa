import { ed25519, x25519 } from "@noble/curves/ed25519.js"
import { hkdf } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { base64 } from "@scure/base"
import { fromBase64, toBase64 } from "../bytes/base64.ts"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { unwrapFileKey, wrapFileKey } from "./file-key.ts"
import type { Identity, Recipient } from "./recipient.ts"
import { sshFingerprint, stanzasFor } from "./ssh-fingerprint.ts"
import { malformedSsh, sshString } from "./ssh-wire.ts"

/** An SSH key that files are sealed to. Prints as `ssh-ed25519 AAAA…`. */
export interface SshEd25519Recipient extends Recipient {
  readonly type: "ssh-ed25519"
  toString(): string
}

export interface SshEd25519Identity extends Identity {
  readonly type: "ssh-ed25519"
  readonly recipient: SshEd25519Recipient
}

const type = "ssh-ed25519"
const label = "age-encryption.org/v1/ssh-ed25519"

/** @param publicKey - 32 bytes (RFC 8032). */
export function sshEd25519Recipient(publicKey: Uint8Array): SshEd25519Recipient {
  const wire = wireOf(publicKey)
  const montgomery = toMontgomery(publicKey)
  return {
    type,
    toString: () => `${type} ${base64.encode(wire)}`,
    async wrap(fileKey) {
      const ephemeral = randomBytes(32)
      const share = x25519.getPublicKey(ephemeral)
      const key = wrapKey(sharedSecret(ephemeral, montgomery, wire), share, montgomery)
      return [{ type, args: [sshFingerprint(wire), toBase64(share)], body: wrapFileKey(key, fileKey) }]
    },
  }
}

/**
 * @param seed - The 32-byte secret (RFC 8032).
 * @param publicKey - When given, must belong to the seed.
 */
export function sshEd25519Identity(seed: Uint8Array, publicKey?: Uint8Array): SshEd25519Identity {
  const ownKey = ed25519.getPublicKey(seed)
  if (publicKey && !equalConstantTime(ownKey, publicKey)) throw malformedSsh("its public half is of another key")
  const wire = wireOf(ownKey)
  const montgomery = toMontgomery(ownKey)
  const scalar = ed25519.utils.toMontgomerySecret(seed)
  return {
    type,
    recipient: sshEd25519Recipient(ownKey),
    async unwrap(stanzas) {
      for (const stanza of stanzasFor(stanzas, type, 2, wire)) {
        const share = fromBase64(stanza.args[1] ?? "", 32)
        const fileKey = unwrapFileKey(wrapKey(sharedSecret(scalar, share, wire), share, montgomery), stanza.body)
        if (fileKey) return fileKey
        throw new CryptoError(
          "CRYPTO_AUTHENTICATION_FAILED",
          "Cannot open header: its stanza for this SSH key is changed",
        )
      }
      return null
    },
  }
}

/** The public key as SSH sends it (RFC 8709 section 4). */
function wireOf(publicKey: Uint8Array): Uint8Array {
  return concatBytes(sshString(toUtf8(type)), sshString(publicKey))
}

function toMontgomery(publicKey: Uint8Array): Uint8Array {
  try {
    return ed25519.utils.toMontgomery(publicKey)
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read SSH key: not a point of Ed25519", { cause })
  }
}

/** X25519(tweak, X25519(scalar, point)); the tweak ties the secret to the SSH key. Its input key material is empty. */
function sharedSecret(scalar: Uint8Array, point: Uint8Array, wire: Uint8Array): Uint8Array {
  const tweak = hkdf(sha256, new Uint8Array(), wire, toUtf8(label), 32)
  try {
    return x25519.getSharedSecret(tweak, x25519.getSharedSecret(scalar, point))
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${type} stanza: low-order point`, { cause })
  }
}

function wrapKey(shared: Uint8Array, share: Uint8Array, montgomery: Uint8Array): Uint8Array {
  return hkdf(sha256, shared, concatBytes(share, montgomery), toUtf8(label), 32)
}
