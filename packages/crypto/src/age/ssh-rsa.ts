import { concatBytes } from "@noble/hashes/utils.js"
import { base64 } from "@scure/base"
import { toBase64Url } from "../bytes/base64.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { fileKeyBytes } from "./file-key.ts"
import type { Identity, Recipient } from "./recipient.ts"
import { sshFingerprint, stanzasFor } from "./ssh-fingerprint.ts"
import { malformedSsh, sshPositive, sshString } from "./ssh-wire.ts"

/** An SSH key that files are sealed to. Prints as `ssh-rsa AAAA…`. */
export interface SshRsaRecipient extends Recipient {
  readonly type: "ssh-rsa"
  toString(): string
}

export interface SshRsaIdentity extends Identity {
  readonly type: "ssh-rsa"
  readonly recipient: SshRsaRecipient
}

/** Numbers as big-endian bytes without leading zeros. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array
  readonly exponent: Uint8Array
}

export interface RsaSecretKey extends RsaPublicKey {
  readonly secretExponent: Uint8Array
  readonly prime1: Uint8Array
  readonly prime2: Uint8Array
  /** prime2^-1 mod prime1. */
  readonly coefficient: Uint8Array
}

const type = "ssh-rsa"
/** OAEP with SHA-256 for the hash and MGF1, and this label: no NUL at its end. */
const label = toUtf8("age-encryption.org/v1/ssh-rsa")
const algorithm = { name: "RSA-OAEP", hash: "SHA-256" } as const

/**
 * @throws CryptoError `CRYPTO_MALFORMED` for a modulus under 2,048 bits or an even exponent; `CRYPTO_LIMIT_EXCEEDED` for
 * one over 16,384 bits.
 */
export function sshRsaRecipient(key: RsaPublicKey): SshRsaRecipient {
  checkKey(key)
  const wire = wireOf(key)
  return {
    type,
    toString: () => `${type} ${base64.encode(wire)}`,
    async wrap(fileKey) {
      const cryptoKey = await importKey(publicJwk(key), "encrypt")
      const body = await crypto.subtle.encrypt({ name: "RSA-OAEP", label: owned(label) }, cryptoKey, owned(fileKey))
      return [{ type, args: [sshFingerprint(wire)], body: new Uint8Array(body) }]
    },
  }
}

/** @throws as {@link sshRsaRecipient} */
export function sshRsaIdentity(key: RsaSecretKey): SshRsaIdentity {
  const recipient = sshRsaRecipient(key)
  const wire = wireOf(key)
  return {
    type,
    recipient,
    async unwrap(stanzas) {
      for (const stanza of stanzasFor(stanzas, type, 1, wire)) {
        const fileKey = await decrypt(await importKey(secretJwk(key), "decrypt"), stanza.body)
        // OAEP authenticates nothing about the length: only 16 bytes are a file key.
        if (fileKey.length === fileKeyBytes) return fileKey
        throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${type} stanza: file key of ${fileKey.length} bytes`)
      }
      return null
    },
  }
}

async function decrypt(key: CryptoKey, body: Uint8Array): Promise<Uint8Array> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "RSA-OAEP", label: owned(label) }, key, owned(body)))
  } catch (cause) {
    throw new CryptoError(
      "CRYPTO_AUTHENTICATION_FAILED",
      "Cannot open header: its stanza for this SSH key is changed",
      {
        cause,
      },
    )
  }
}

async function importKey(jwk: JsonWebKey, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("jwk", jwk, algorithm, false, [usage])
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read SSH key: its RSA numbers do not belong together", { cause })
  }
}

function publicJwk(key: RsaPublicKey): JsonWebKey {
  return { kty: "RSA", alg: "RSA-OAEP-256", n: toBase64Url(key.modulus), e: toBase64Url(key.exponent) }
}

/** The JWK form wants the exponents for each prime too (RFC 7518 section 6.3.2). */
function secretJwk(key: RsaSecretKey): JsonWebKey {
  const d = toNumber(key.secretExponent)
  const reduced = (prime: Uint8Array): string => toBase64Url(toBytes(d % (toNumber(prime) - 1n)))
  return {
    ...publicJwk(key),
    d: toBase64Url(key.secretExponent),
    p: toBase64Url(key.prime1),
    q: toBase64Url(key.prime2),
    dp: reduced(key.prime1),
    dq: reduced(key.prime2),
    qi: toBase64Url(key.coefficient),
  }
}

function checkKey({ modulus, exponent }: RsaPublicKey): void {
  const bits = modulus.length === 0 ? 0 : modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24
  if (bits < 2048) throw malformedSsh(`RSA of ${bits} bits is too weak, 2,048 are the least`)
  if (bits > 16_384) throw new CryptoError("CRYPTO_LIMIT_EXCEEDED", "Cannot read SSH key: RSA of over 16,384 bits")
  const odd = ((exponent.at(-1) ?? 0) & 1) === 1
  if (!odd || exponent.length > 4 || (exponent.length === 1 && exponent[0] === 1)) throw malformedSsh("a bad exponent")
}

/** The public key as SSH sends it (RFC 4253 section 6.6). */
function wireOf(key: RsaPublicKey): Uint8Array {
  return concatBytes(sshString(toUtf8(type)), sshPositive(key.exponent), sshPositive(key.modulus))
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytes.reduce((hex, byte) => hex + byte.toString(16).padStart(2, "0"), "0")}`)
}

function toBytes(value: bigint): Uint8Array {
  const hex = value.toString(16)
  const even = hex.padStart(hex.length + (hex.length % 2), "0")
  return Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** WebCrypto's types want memory that is not shared. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
