import { checkBaseKey, deriveFrameKey, type FrameKey } from "./key-schedule.ts"
import type { SFrameCandidate, SFrameKeySource } from "./receiver.ts"
import type { SFrameSuite } from "./suites.ts"

/** How a key id holds, from above, context, leaf index and epoch (RFC 9605 section 5.2). Both ends agree on it. */
export interface MlsLayout {
  /** Bits of the epoch's low end, 1 to 16. Default 4: sixteen epochs can be told apart. */
  readonly epochBits?: number | undefined
  /** Bits of the leaf index, 1 to 32. Default 16. */
  readonly senderBits?: number | undefined
}

/** What to give an MLS exporter, with an empty context and the suite's `keyBytes` as the length, for a base key. */
export const sframeExporterLabel = "SFrame 1.0 Base Key"

export interface MlsSenderPlace extends MlsLayout {
  readonly epoch: bigint
  /** The sender's leaf in the group's tree. */
  readonly leafIndex: number
  /** Tells apart what one member sends, such as its devices' streams. Default 0. */
  readonly context?: bigint | undefined
}

/**
 * The key id of a member of an MLS group: give it, with the epoch's base key, to `sframeSender`.
 * @throws RangeError when a part does not fit its bits.
 */
export function sframeMlsKeyId(place: MlsSenderPlace): bigint {
  const { epoch, leafIndex, context = 0n } = place
  const { epochBits, senderBits } = readLayout(place)
  if (!Number.isInteger(leafIndex) || leafIndex < 0 || leafIndex >= 2 ** senderBits)
    throw new RangeError(`leafIndex must be from 0 to 2^${senderBits} - 1`)
  const contextBits = 64 - epochBits - senderBits
  if (context < 0n || BigInt.asUintN(contextBits, context) !== context)
    throw new RangeError(`context must be from 0 to 2^${contextBits} - 1`)
  return (((context << BigInt(senderBits)) | BigInt(leafIndex)) << BigInt(epochBits)) | BigInt.asUintN(epochBits, epoch)
}

export interface SFrameMlsKeys extends SFrameKeySource {
  /**
   * Adds an epoch with what the group's exporter gave. An older epoch with the same low bits is forgotten.
   * @throws RangeError when `baseKey` has fewer than 16 bytes.
   * @param options.members - One above the highest leaf index: frames of other leaves have an unknown key id.
   */
  setEpoch(epoch: bigint, options: { readonly baseKey: Uint8Array; readonly members: number }): void
  /** Forgets an epoch: a while after the next one began, once no frame of it is on its way. */
  deleteEpoch(epoch: bigint): void
}

interface Epoch {
  readonly epoch: bigint
  readonly baseKey: Uint8Array
  readonly members: number
  /** Keys that have opened a frame, by key id. */
  readonly keys: Map<bigint, FrameKey>
}

/** Keys that are kept for one epoch: beyond it, a key is derived for each frame. */
const maxKeptKeys = 4096

/**
 * Keys of an MLS group: each sender's is derived from its epoch when its first frame comes.
 *
 * @example
 * ```ts
 * import {
 *   sframeAes128Gcm,
 *   sframeMlsKeyId,
 *   sframeMlsKeys,
 *   sframeReceiver,
 *   sframeSender,
 * } from "@darkslide/crypto/sframe"
 *
 * const suite = sframeAes128Gcm
 * const baseKey = crypto.getRandomValues(new Uint8Array(suite.keyBytes)) // as the exporter of epoch 7 gives it
 * const sender = await sframeSender({ suite, keyId: sframeMlsKeyId({ epoch: 7n, leafIndex: 2 }), baseKey })
 *
 * const keys = sframeMlsKeys({ suite })
 * keys.setEpoch(7n, { baseKey, members: 3 })
 * const { frame } = await sframeReceiver(keys).decrypt(await sender.encrypt(new Uint8Array([9])))
 * assert.deepEqual(frame, new Uint8Array([9]))
 * ```
 */
export function sframeMlsKeys(options: { suite: SFrameSuite } & MlsLayout): SFrameMlsKeys {
  const { suite } = options
  const { epochBits, senderBits } = readLayout(options)
  const lowBits = (epoch: bigint): bigint => BigInt.asUintN(epochBits, epoch)
  const epochs = new Map<bigint, Epoch>()

  async function find(keyId: bigint): Promise<SFrameCandidate | undefined> {
    const epoch = epochs.get(lowBits(keyId))
    const leafIndex = Number(BigInt.asUintN(senderBits, keyId >> BigInt(epochBits)))
    if (!epoch || leafIndex >= epoch.members) return undefined
    const known = epoch.keys.get(keyId)
    if (known) return { key: known }
    const key = await deriveFrameKey(suite, keyId, epoch.baseKey)
    const accept = (): void => {
      if (epoch.keys.size < maxKeptKeys) epoch.keys.set(keyId, key)
    }
    return { key, accept }
  }

  return {
    setEpoch(epoch, { baseKey, members }) {
      checkBaseKey(baseKey)
      epochs.set(lowBits(epoch), { epoch, baseKey: baseKey.slice(), members, keys: new Map() })
    },
    deleteEpoch(epoch) {
      if (epochs.get(lowBits(epoch))?.epoch === epoch) epochs.delete(lowBits(epoch))
    },
    find,
  }
}

function readLayout({ epochBits = 4, senderBits = 16 }: MlsLayout): { epochBits: number; senderBits: number } {
  if (!Number.isInteger(epochBits) || epochBits < 1 || epochBits > 16)
    throw new RangeError("epochBits must be a whole number from 1 to 16")
  if (!Number.isInteger(senderBits) || senderBits < 1 || senderBits > 32)
    throw new RangeError("senderBits must be a whole number from 1 to 32")
  return { epochBits, senderBits }
}
