import { ristretto255, ristretto255_oprf } from "@noble/curves/ed25519.js"
import { bytesToNumberLE } from "@noble/curves/utils.js"
import { expand, extract } from "@noble/hashes/hkdf.js"
import { hmac } from "@noble/hashes/hmac.js"
import { sha512 } from "@noble/hashes/sha2.js"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"

// The configuration of RFC 9807 that this package speaks: OPRF(ristretto255, SHA-512), HKDF-SHA-512, HMAC-SHA-512,
// SHA-512, 3DH over ristretto255. Sizes in bytes:
export const elementBytes = 32
export const nonceBytes = 32
export const macBytes = 64
export const hashBytes = 64
export const envelopeBytes: number = nonceBytes + macBytes

export const oprf: typeof ristretto255_oprf.oprf = ristretto255_oprf.oprf

export interface KeyPair {
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array
}

/** DeriveDiffieHellmanKeyPair (RFC 9807 section 6.4.1). */
export function deriveDiffieHellmanKeyPair(seed: Uint8Array): KeyPair {
  const { secretKey, publicKey } = oprf.deriveKeyPair(seed, toUtf8("OPAQUE-DeriveDiffieHellmanKeyPair"))
  return { privateKey: secretKey, publicKey }
}

/** The OPRF key of one credential (RFC 9807 section 5.2.2). */
export function deriveOprfKey(oprfSeed: Uint8Array, credentialId: Uint8Array): Uint8Array {
  const info = new Uint8Array([...credentialId, ...toUtf8("OprfKey")])
  return oprf.deriveKeyPair(hkdfExpand(oprfSeed, info, 32), toUtf8("OPAQUE-DeriveKeyPair")).secretKey
}

/** The server's part of the OPRF. @throws CryptoError `CRYPTO_MALFORMED` on a bad or identity element. */
export function blindEvaluate(oprfKey: Uint8Array, blinded: Uint8Array): Uint8Array {
  return onElement("blinded element", () => oprf.blindEvaluate(oprfKey, blinded))
}

/** The client's end of the OPRF. @throws CryptoError `CRYPTO_MALFORMED` on a bad or identity element. */
export function finalizeOprf(password: Uint8Array, blind: Uint8Array, evaluated: Uint8Array): Uint8Array {
  return onElement("evaluated element", () => oprf.finalize(password, blind, evaluated))
}

/** @throws CryptoError `CRYPTO_MALFORMED` unless `bytes` is the canonical encoding of an element, not the identity. */
export function checkElement(bytes: Uint8Array, what: string): void {
  onElement(what, () => {
    if (ristretto255.Point.fromBytes(bytes).is0()) throw new Error("identity")
  })
}

/** @throws CryptoError `CRYPTO_MALFORMED` when `publicKey` is no element, or the identity. */
export function diffieHellman(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return onElement("public key", () => {
    const point = ristretto255.Point.fromBytes(publicKey)
    if (point.is0()) throw new Error("identity")
    return point.multiply(bytesToNumberLE(privateKey)).toBytes()
  })
}

function onElement<Result>(what: string, compute: () => Result): Result {
  try {
    return compute()
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${what}: no valid group element`, { cause })
  }
}

export function hkdfExtract(inputKeyMaterial: Uint8Array): Uint8Array {
  return extract(sha512, inputKeyMaterial, new Uint8Array())
}

export function hkdfExpand(pseudoRandomKey: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return expand(sha512, pseudoRandomKey, info, length)
}

export function mac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(sha512, key, message)
}
