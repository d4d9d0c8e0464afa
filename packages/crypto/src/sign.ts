import { ed25519 } from "@noble/curves/ed25519.js"
import { randomBytes } from "./random.ts"

/** Something that signs with Ed25519 (RFC 8032), wherever its key lies. */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** @returns 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** A signer whose 32-byte secret is in memory. */
export function signerFromSeed(seed: Uint8Array): Signer {
  const secret = seed.slice()
  return { publicKey: ed25519.getPublicKey(secret), sign: async (message) => ed25519.sign(message, secret) }
}

/** 32 random bytes for {@link signerFromSeed}. */
export function generateSigningSeed(): Uint8Array {
  return randomBytes(32)
}

/** A new Ed25519 pair whose secret the page can use but not read. Keep it in IndexedDB; it survives as a CryptoKey. */
export async function generateCryptoKeyPair(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])
}

/** A signer over a WebCrypto Ed25519 pair, extractable or not. */
export async function signerFromCryptoKey(pair: CryptoKeyPair): Promise<Signer> {
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey))
  return {
    publicKey,
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, new Uint8Array(message))),
  }
}

/**
 * Strict Ed25519 (RFC 8032 section 5.1.7): canonical encodings only, no small-order key. Always computed by noble, so
 * that every platform gives the same verdict on hostile signatures, where native libraries differ.
 */
export function verifySignature(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    // noble throws on lengths and on points that are not on the curve: not a signature, either way.
    return false
  }
}
