import { encodeFields, fromBase64Url, sha256, toBase64Url } from "@darkslide/crypto"
import { hkdf } from "@noble/hashes/hkdf.js"
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js"
import { domains } from "./domains.ts"

/** What binds a history to its account. The account's keyring holds the key. */
export interface HistoryKeys {
  readonly accountId: string
  /** 32 bytes. */
  readonly historyKey: Uint8Array
}

/** How far a history goes: the number of its last segment, and the hash of the chain up to it. */
export interface HistoryHead {
  readonly count: number
  /** 32 bytes in base64url. */
  readonly hash: string
}

/** Of a history without a segment: what a new account's state holds. */
export const emptyHead: HistoryHead = { count: 0, hash: toBase64Url(new Uint8Array(32)) }

/** Keys and hashes of one log of one account. */
export interface LogKeys {
  /** The age file key of a segment, which opens at that number of that log of that account and nowhere else. */
  fileKey(number: number): Uint8Array
  /** The hash of the chain up to segment `number`, from the hash before it and SHA-256 of the sealed bytes. */
  chainHash(number: number, previous: string, sealedHash: Uint8Array): string
}

/** @throws RangeError when the key is not of 32 bytes, or an id is empty. */
export function logKeys({ accountId, historyKey }: HistoryKeys, log: string): LogKeys {
  if (historyKey.length !== 32) throw new RangeError("Cannot open history: its key has not 32 bytes")
  if (accountId === "" || log === "") throw new RangeError("Cannot open history: account and log need a name")
  const key = historyKey.slice()
  return {
    // docs/formats/history.md, "Segments": HKDF-SHA-256 without a salt, 16 bytes.
    fileKey: (number) =>
      hkdf(nobleSha256, key, undefined, encodeFields(domains.historySegment, accountId, log, number), 16),
    chainHash: (number, previous, sealedHash) =>
      toBase64Url(
        sha256(encodeFields(domains.historyChain, accountId, log, number, fromBase64Url(previous, 32), sealedHash)),
      ),
  }
}
