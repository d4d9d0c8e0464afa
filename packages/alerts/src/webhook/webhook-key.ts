import { signerFromSeed, verifySignature } from "@darkslide/crypto"
import { AlertsError } from "../errors.ts"

/** Signs or checks the bytes `id.timestamp.body` of a webhook, by one version of the scheme. */
export interface WebhookKey {
  /** `v1`: HMAC-SHA256, one secret on both sides. `v1a`: Ed25519, whose receiver cannot forge. */
  readonly version: "v1" | "v1a"
  /** Absent on the receiver's side of `v1a`. */
  readonly sign?: ((signed: Uint8Array) => Promise<Uint8Array>) | undefined
  readonly verify: (signature: Uint8Array, signed: Uint8Array) => Promise<boolean>
}

/**
 * Reads a key in the writing of Standard Webhooks: `whsec_…` (v1, 24 to 64 bytes), `whsk_…` (the sender's half of v1a)
 * or `whpk_…` (the receiver's), each with base64 after it.
 * @throws AlertsError with `ALERTS_MALFORMED`.
 */
export function parseWebhookKey(text: string): WebhookKey {
  const [, kind, base64 = ""] = /^(whsec|whsk|whpk)_([A-Za-z0-9+/]+={0,2})$/u.exec(text) ?? []
  const bytes = fromBase64(base64)
  if (kind === "whsec" && bytes.length >= 24 && bytes.length <= 64) return secretKey(bytes)
  // A secret key may carry its public half behind it.
  if (kind === "whsk" && (bytes.length === 32 || bytes.length === 64)) return privateKey(bytes.slice(0, 32))
  if (kind === "whpk" && bytes.length === 32) return publicKey(bytes)
  throw new AlertsError("ALERTS_MALFORMED", "Cannot read webhook key: not whsec_, whsk_ or whpk_ with its base64")
}

/** A new `whsec_…` of 32 random bytes. */
export function generateWebhookSecret(): string {
  return `whsec_${toBase64(crypto.getRandomValues(new Uint8Array(32)))}`
}

/** A new pair for v1a: keep `secret`, give `public` to the receiver. */
export function generateWebhookKeyPair(): { readonly secret: string; readonly public: string } {
  const seed = crypto.getRandomValues(new Uint8Array(32))
  return { secret: `whsk_${toBase64(seed)}`, public: `whpk_${toBase64(signerFromSeed(seed).publicKey)}` }
}

function secretKey(bytes: Uint8Array<ArrayBuffer>): WebhookKey {
  const algorithm = { name: "HMAC", hash: "SHA-256" }
  const key = crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"])
  return {
    version: "v1",
    sign: async (signed) => new Uint8Array(await crypto.subtle.sign("HMAC", await key, new Uint8Array(signed))),
    verify: async (signature, signed) =>
      await crypto.subtle.verify("HMAC", await key, new Uint8Array(signature), new Uint8Array(signed)),
  }
}

function privateKey(seed: Uint8Array): WebhookKey {
  const signer = signerFromSeed(seed)
  return { ...publicKey(signer.publicKey), sign: async (signed) => await signer.sign(signed) }
}

function publicKey(bytes: Uint8Array): WebhookKey {
  return { version: "v1a", verify: async (signature, signed) => verifySignature(signature, signed, bytes) }
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    // Not base64: no bytes, which no key and no signature is.
    return new Uint8Array()
  }
}
