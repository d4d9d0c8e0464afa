import { hexToBytes } from "@noble/hashes/utils.js"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { nodeCrypto } from "../native.ts"
import type { Aead } from "./aead.ts"
import { nobleAead } from "./noble.ts"
import { nodeAead } from "./node.ts"

let chosen: Aead | undefined

/** The fastest backend that is here and computes rightly; probed once, against noble. */
export function chooseAead(): Aead {
  chosen ??= probeNode() ?? nobleAead
  return chosen
}

function probeNode(): Aead | undefined {
  const crypto = nodeCrypto()
  if (!crypto) return undefined
  const candidate = nodeAead(crypto)
  try {
    return computesRightly(candidate) ? candidate : undefined
  } catch {
    // A build of Node without ChaCha20-Poly1305 throws at createCipheriv: noble serves instead.
    return undefined
  }
}

/** One block under a fixed key, against the reference; then the same with a broken tag, which must be refused. */
function computesRightly(candidate: Aead): boolean {
  const key = hexToBytes("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0")
  const nonce = hexToBytes("000000000102030405060708")
  const plaintext = new Uint8Array(65).fill(0x44)
  const sealed = candidate.seal(key, nonce, plaintext)
  if (!equalConstantTime(sealed, nobleAead.seal(key, nonce, plaintext))) return false
  const opened = candidate.open(key, nonce, sealed)
  if (!opened || !equalConstantTime(opened, plaintext)) return false
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1
  return candidate.open(key, nonce, sealed) === undefined
}
