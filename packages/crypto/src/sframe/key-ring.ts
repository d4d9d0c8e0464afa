import { deriveFrameKey } from "./key-schedule.ts"
import type { SFrameCandidate, SFrameKeySource } from "./receiver.ts"
import type { SFrameSuite } from "./suites.ts"

/** Keys by their key ids, as the application learns them. */
export interface SFrameKeyRing extends SFrameKeySource {
  /** Adds a key, or puts another in its place. @throws RangeError when `baseKey` has fewer than 16 bytes. */
  set(keyId: bigint, baseKey: Uint8Array): Promise<void>
  /** Forgets a key, such as that of a member who left. */
  delete(keyId: bigint): void
}

/** An empty ring for `sframeReceiver`, all of one suite. */
export function sframeKeyRing(suite: SFrameSuite): SFrameKeyRing {
  const candidates = new Map<bigint, SFrameCandidate>()
  return {
    async set(keyId, baseKey) {
      candidates.set(keyId, { key: await deriveFrameKey(suite, keyId, baseKey) })
    },
    delete(keyId) {
      candidates.delete(keyId)
    },
    find: (keyId) => candidates.get(keyId),
  }
}
