import { checkBaseKey, deriveFrameKey, ratchetBaseKey, type FrameKey } from "./key-schedule.ts"
import type { SFrameCandidate, SFrameKeySource } from "./receiver.ts"
import { sframeSender, type SFrameSender } from "./sender.ts"
import type { SFrameSuite } from "./suites.ts"

/** How a key id holds a sender's generation above and its ratchet step below (RFC 9605 section 5.1). */
export interface RatchetLayout {
  /** Bits of the step, 2 to 32. Default 8. */
  readonly ratchetBits?: number | undefined
}

export interface SFrameRatchetSender extends SFrameSender {
  /**
   * Goes on to the next key, from which nobody gets back: call it when a member joins, who then cannot read what was
   * before. When one leaves it does not help: that takes a new base key and generation.
   */
  ratchet(): Promise<void>
}

/**
 * A sender whose key moves on. Its generation and base key are its own.
 * @throws RangeError when the generation does not fit above the steps.
 *
 * @example
 * ```ts
 * import { sframeAes128Gcm, sframeRatchetKeys, sframeRatchetSender, sframeReceiver } from "@darkslide/crypto/sframe"
 *
 * const first = { generation: 5n, baseKey: crypto.getRandomValues(new Uint8Array(16)) }
 * const sender = await sframeRatchetSender({ suite: sframeAes128Gcm, ...first })
 * const keys = sframeRatchetKeys({ suite: sframeAes128Gcm })
 * keys.set(first)
 *
 * await sender.ratchet()
 * const { frame } = await sframeReceiver(keys).decrypt(await sender.encrypt(new Uint8Array([7])))
 * assert.deepEqual(frame, new Uint8Array([7]))
 * ```
 */
export async function sframeRatchetSender(
  options: { suite: SFrameSuite; generation: bigint; baseKey: Uint8Array } & RatchetLayout,
): Promise<SFrameRatchetSender> {
  const { suite, generation } = options
  const bits = readBits(options)
  let { baseKey } = options
  let step = 0n
  let sender = await sframeSender({ suite, keyId: keyIdOf(generation, step, bits), baseKey })
  return {
    get keyId() {
      return sender.keyId
    },
    encrypt: (frame, frameOptions) => sender.encrypt(frame, frameOptions),
    async ratchet() {
      step++
      baseKey = ratchetBaseKey(suite, baseKey)
      sender = await sframeSender({ suite, keyId: keyIdOf(generation, step, bits), baseKey })
    },
  }
}

export interface SFrameRatchetKeys extends SFrameKeySource {
  /** Adds a sender's generation at step 0, or at the step where its key was handed over. */
  set(start: { readonly generation: bigint; readonly baseKey: Uint8Array; readonly step?: bigint | undefined }): void
  delete(generation: bigint): void
}

/** Where a receiver stands in one generation. */
interface Position {
  /** Told apart by identity: `set` begins a new one. */
  readonly origin: object
  readonly step: bigint
  readonly baseKey: Uint8Array
  /** Of this step, and of the one that was left for it: frames are overtaken. */
  readonly keys: readonly FrameKey[]
}

/**
 * Keys that follow each sender's ratchet: a frame of a later step moves its generation on, but only once the frame's tag
 * has held, so that nobody without the key can push a receiver ahead.
 * @param options.maxSteps - Steps that one frame may ask for, default 16, at most 2^ratchetBits - 2; a frame further
 * ahead has an unknown key id.
 */
export function sframeRatchetKeys(
  options: { suite: SFrameSuite; maxSteps?: number | undefined } & RatchetLayout,
): SFrameRatchetKeys {
  const { suite, maxSteps = 16 } = options
  const bits = readBits(options)
  // One key id of the circle is the current step's, and one may be that of the step before.
  const mostSteps = BigInt(Math.min(maxSteps, 2 ** Number(bits) - 2))
  const positions = new Map<bigint, Position>()

  async function find(keyId: bigint): Promise<SFrameCandidate | undefined> {
    const generation = keyId >> bits
    const position = positions.get(generation)
    if (!position) return undefined
    const known = position.keys.find((key) => key.keyId === keyId)
    if (known) return { key: known }
    // The key id has the step's low bits alone: it is taken for the nearest such step ahead.
    const ahead = BigInt.asUintN(Number(bits), keyId - position.step)
    if (ahead > mostSteps) return undefined
    let { baseKey } = position
    for (let done = 0n; done < ahead; done++) baseKey = ratchetBaseKey(suite, baseKey)
    const key = await deriveFrameKey(suite, keyId, baseKey)
    const step = position.step + ahead
    return { key, accept: () => advance(generation, position.origin, { step, baseKey, key }) }
  }

  function advance(
    generation: bigint,
    origin: object,
    { step, baseKey, key }: { step: bigint; baseKey: Uint8Array; key: FrameKey },
  ): void {
    const current = positions.get(generation)
    // The generation has gone or begun anew, or another frame moved it further meanwhile.
    if (current?.origin !== origin || step < current.step) return
    const before = current.keys.at(-1)
    const keys = before && before.keyId !== key.keyId ? [before, key] : [key]
    positions.set(generation, { origin, step, baseKey, keys })
  }

  return {
    set({ generation, baseKey, step = 0n }) {
      checkBaseKey(baseKey)
      keyIdOf(generation, step, bits)
      positions.set(generation, { origin: {}, step, baseKey: baseKey.slice(), keys: [] })
    },
    delete(generation) {
      positions.delete(generation)
    },
    find,
  }
}

function readBits({ ratchetBits = 8 }: RatchetLayout): bigint {
  if (!Number.isInteger(ratchetBits) || ratchetBits < 2 || ratchetBits > 32)
    throw new RangeError("ratchetBits must be a whole number from 2 to 32")
  return BigInt(ratchetBits)
}

function keyIdOf(generation: bigint, step: bigint, bits: bigint): bigint {
  if (generation < 0n || generation >= 1n << (64n - bits))
    throw new RangeError(`generation must be from 0 to 2^${64n - bits} - 1`)
  return (generation << bits) | BigInt.asUintN(Number(bits), step)
}
