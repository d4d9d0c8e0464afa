import { verifySignature } from "@darkslide/crypto"

/**
 * Whether somebody holds an Ed25519 key: by the platform's own verifier, seven times as fast. What odd signatures are worth,
 * on which platforms disagree, matters to this hub alone; what members must agree on is verified by `verifySignature`.
 */
export async function verifyProof(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey.slice(), "Ed25519", false, ["verify"])
    return await crypto.subtle.verify("Ed25519", key, signature.slice(), message.slice())
  } catch {
    // No Ed25519 in this WebCrypto, or no such point: the slow one says which.
    return verifySignature(signature, message, publicKey)
  }
}
