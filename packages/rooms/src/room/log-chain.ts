import { encodeFields, equalConstantTime, fromBase64Url, sha256, toBase64Url } from "@darkslide/crypto"
import { domains } from "../domains.ts"
import type { HubMessageOf } from "../wire/hub-message.ts"

/** How far somebody has followed the log, in the epoch that they speak in. */
export interface ChainPosition {
  /** The epoch, in decimal digits. */
  readonly epoch: string
  /** Entries since the commit that began it. */
  readonly count: number
  /** Hash of the chain there. */
  readonly hash: string
  /** Where the epoch before ended, of somebody who was there. */
  readonly before?: { readonly count: number; readonly hash: string } | undefined
}

const keptEpochs = 5

// [Note: The chain]
// Every member hashes every entry of the log, from the commit that began the epoch on, and says in each message how far
// it has come. A hub that drops, changes, invents or reorders entries for some of them is found out by the next word
// between them, because it can neither read nor change these words.

/** Hashes the log as it comes. See [Note: The chain]. */
export class LogChain {
  /** Of the newest epochs: the hash after each entry. */
  readonly #hashes = new Map<bigint, Uint8Array[]>()
  #epoch = -1n

  /** An epoch begins, by this commit; a founder's by none. */
  begin(groupId: string, epoch: bigint, commit: string): void {
    this.#epoch = epoch
    this.#hashes.set(epoch, [sha256(encodeFields(domains.chain, groupId, String(epoch), commit))])
    this.#hashes.delete(epoch - BigInt(keptEpochs))
  }

  add({ seq, from, id, body, slot = "" }: HubMessageOf<"message">): void {
    const hashes = this.#hashes.get(this.#epoch)
    const last = hashes?.at(-1)
    if (!hashes || !last) return
    hashes.push(sha256(encodeFields(domains.chain, last, String(seq), String(from), id, body, slot)))
  }

  get position(): ChainPosition {
    const before = this.#positionIn(this.#epoch - 1n)
    return { epoch: String(this.#epoch), ...this.#positionIn(this.#epoch), ...(before && { before }) } as ChainPosition
  }

  /** Whether another member's position is one that we were at too. What we were not there for counts as true. */
  agrees({ epoch, count, hash, before }: ChainPosition): boolean {
    const number = BigInt(epoch)
    if (number > this.#epoch) return false
    const own = this.#hashes.get(number)
    if (own && !isSame(own[count], hash)) return false
    const past = this.#hashes.get(number - 1n)
    return !past || !before || isSame(past[before.count], before.hash)
  }

  #positionIn(epoch: bigint): { count: number; hash: string } | undefined {
    const hashes = this.#hashes.get(epoch)
    const hash = hashes?.at(-1)
    return hashes && hash && { count: hashes.length - 1, hash: toBase64Url(hash) }
  }
}

function isSame(own: Uint8Array | undefined, hash: string): boolean {
  return own !== undefined && equalConstantTime(own, fromBase64Url(hash, 32))
}
