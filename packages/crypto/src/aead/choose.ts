import { hexToBytes } from "@noble/hashes/utils.js"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { nodeCrypto } from "../native.ts"
import { tagBytes, type Aead } from "./aead.ts"
import { nobleAead } from "./noble.ts"
import { nodeAead } from "./node.ts"
import { webCryptoAead } from "./webcrypto.ts"

/** Below this, starting a computation elsewhere costs more than it saves. */
const smallBytes = 4096

let native: Promise<Aead | undefined> | undefined

/**
 * The fastest backend that is here and computes rightly.
 * @param bytes - How much is to be sealed or opened; absent for a stream.
 */
export async function chooseAead(bytes: number = Infinity): Promise<Aead> {
  native ??= findNative()
  const found = await native
  if (found?.backend === "webcrypto" && bytes < smallBytes) return nobleAead
  return found ?? nobleAead
}

async function findNative(): Promise<Aead | undefined> {
  const crypto = nodeCrypto()
  const candidate = crypto ? nodeAead(crypto) : webCryptoAead
  return (await probeAead(candidate)) ? candidate : undefined
}

/**
 * Whether a backend works here and computes what RFC 8439 says: one block under a fixed key, against the reference; then
 * the same with a broken tag, which it must refuse.
 */
export async function probeAead(candidate: Aead): Promise<boolean> {
  const key = hexToBytes("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0")
  const nonce = hexToBytes("000000000102030405060708")
  const plaintext = new Uint8Array(65).fill(0x44)
  const [sealed, expected, opened] = [plaintext.length + tagBytes, plaintext.length + tagBytes, plaintext.length].map(
    (length) => new Uint8Array(length),
  ) as [Uint8Array, Uint8Array, Uint8Array]
  try {
    const ready = candidate.withKey(key)
    await ready.seal(nonce, plaintext, sealed)
    await nobleAead.withKey(key).seal(nonce, plaintext, expected)
    if (!equalConstantTime(sealed, expected)) return false
    if (!(await ready.open(nonce, sealed, opened)) || !equalConstantTime(opened, plaintext)) return false
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1
    return !(await ready.open(nonce, sealed, opened))
  } catch (error) {
    // A platform without the algorithm throws an error of its own making: noble serves instead.
    if (error instanceof Error) return false
    throw error
  }
}
