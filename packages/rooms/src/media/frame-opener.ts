import { isDarkslideError } from "@darkslide/crypto/errors"
import {
  decodeSFrameHeader,
  sframeAes128Gcm,
  sframeMlsKeys,
  sframeReceiver,
  type OpenedFrame,
  type SFrameHeader,
} from "@darkslide/crypto/sframe"
import type { EpochKey } from "./epoch-key.ts"
import { envelopes, type FrameCodec } from "./frame-codec.ts"
import { ReplayWindow } from "./replay-window.ts"

/**
 * Why a frame was not opened.
 * - `unknown_key`: its epoch did not come in time. `stale`: its epoch is over.
 * - `foreign`: of a leaf that may not send, or not the one that this stream is of.
 * - `forged`: its tag does not hold. `replayed`: it came before, as in a browser's probes for bandwidth, which repeat
 *   packets. `malformed`: not of the format.
 */
export type FrameRefusal = "unknown_key" | "stale" | "foreign" | "forged" | "replayed" | "malformed"
export type OpenOutcome = { readonly frame: Uint8Array; readonly keyId: bigint } | { readonly refused: FrameRefusal }

interface KnownEpoch {
  readonly epoch: bigint
  /** When it is forgotten, as `performance.now()` tells it. */
  until: number
  timer: ReturnType<typeof setTimeout> | undefined
}

/** Bits of the epoch, and of the leaf, in a key id: what `sframeMlsKeys` takes by default. */
const epochBits = 4
const senderBits = 16
/** How long a frame waits for its key: a commit that is on its way is there by then. */
const holdMs = 400
/** For so long no other frame of a key waits that did not come. */
const givenUpMs = 2000
/** Keys whose counters are remembered. */
const maxWindows = 1024

/** Opens what the others send, and waits a while for keys that are on their way. */
export class FrameOpener {
  readonly #keys = sframeMlsKeys({ suite: sframeAes128Gcm })
  readonly #receiver = sframeReceiver(this.#keys)
  readonly #windows = new Map<bigint, ReplayWindow>()
  /** Epochs that can be opened, by their low bits. */
  readonly #epochs = new Map<bigint, KnownEpoch>()
  /** Low bits of epochs that did not come, and until when nobody waits for them. */
  readonly #givenUp = new Map<bigint, number>()
  #current: bigint | undefined
  #senders: ReadonlySet<number> = new Set()
  #arrival = Promise.withResolvers<void>()
  readonly #onMissing: (leafIndex: number) => void

  /** @param onMissing - Told once for each key that did not come in time, with whose frames cannot be opened. */
  constructor(onMissing: (leafIndex: number) => void) {
    this.#onMissing = onMissing
  }

  setEpoch({ epoch, baseKey, senders, keepMs }: EpochKey): void {
    this.#senders = new Set(senders)
    if (this.#current !== undefined && epoch <= this.#current) return
    const low = lowBits(epoch)
    this.#forget(low)
    this.#keys.setEpoch(epoch, { baseKey, members: 2 ** senderBits })
    for (const old of this.#epochs.values()) this.#forgetIn(old, keepMs)
    this.#epochs.set(low, { epoch, until: Number.POSITIVE_INFINITY, timer: undefined })
    this.#current = epoch
    this.#givenUp.clear()
    this.#arrival.resolve()
    this.#arrival = Promise.withResolvers()
  }

  /**
   * Opens a frame that came on a stream of `leafIndex`; without one, as behind a forwarding unit, of any sender.
   * It waits up to 400 ms for an epoch that is ahead of ours.
   */
  async open(frame: Uint8Array<ArrayBuffer>, codec: FrameCodec, leafIndex: number | undefined): Promise<OpenOutcome> {
    const sealed = envelopes[codec].unwrap(frame)
    const header = sealed && readHeader(sealed)
    if (!sealed || !header) return { refused: "malformed" }
    const leaf = leafOf(header.keyId)
    if (leafIndex !== undefined && leaf !== leafIndex) return { refused: "foreign" }
    const refused = await this.#waitForKey(header.keyId, leaf)
    if (refused) return { refused }
    if (!this.#senders.has(leaf)) return { refused: "foreign" }
    const opened = await this.#decrypt(sealed)
    if (!opened) return { refused: "forged" }
    if (!this.#isFresh(opened)) return { refused: "replayed" }
    return { frame: opened.frame, keyId: opened.keyId }
  }

  /** Forgets all keys. */
  close(): void {
    for (const low of [...this.#epochs.keys()]) this.#forget(low)
    this.#arrival.resolve()
  }

  async #waitForKey(keyId: bigint, leaf: number): Promise<FrameRefusal | undefined> {
    const low = lowBits(keyId)
    const deadline = performance.now() + holdMs
    for (;;) {
      if (this.#epochs.has(low)) return undefined
      if (this.#current !== undefined && !isAhead(low, this.#current)) return "stale"
      const now = performance.now()
      if ((this.#givenUp.get(low) ?? 0) > now) return "unknown_key"
      if (now >= deadline) {
        this.#givenUp.set(low, now + givenUpMs)
        this.#onMissing(leaf)
        return "unknown_key"
      }
      await this.#arrivalWithin(deadline - now)
    }
  }

  async #arrivalWithin(ms: number): Promise<void> {
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, ms)
    await Promise.race([this.#arrival.promise, late.promise])
    clearTimeout(timer)
  }

  async #decrypt(sealed: Uint8Array): Promise<OpenedFrame | undefined> {
    try {
      return await this.#receiver.decrypt(sealed)
    } catch (error) {
      // Its tag does not hold, or its epoch was forgotten this moment: refused, either way.
      if (isDarkslideError(error)) return undefined
      throw error
    }
  }

  /** Only counters of frames whose tag held are noted: a forged one must not push the window ahead. */
  #isFresh({ keyId, counter }: OpenedFrame): boolean {
    let window = this.#windows.get(keyId)
    if (!window) {
      window = new ReplayWindow()
      if (this.#windows.size >= maxWindows) return false
      this.#windows.set(keyId, window)
    }
    return window.take(Number(counter))
  }

  /** Never later than it was to be forgotten before: a leave ends what a join would have kept. */
  #forgetIn(known: KnownEpoch, ms: number): void {
    const until = performance.now() + ms
    if (until >= known.until) return
    clearTimeout(known.timer)
    known.until = until
    known.timer = setTimeout(() => this.#forget(lowBits(known.epoch)), ms)
  }

  #forget(low: bigint): void {
    const known = this.#epochs.get(low)
    if (!known) return
    clearTimeout(known.timer)
    this.#epochs.delete(low)
    this.#keys.deleteEpoch(known.epoch)
    for (const keyId of this.#windows.keys()) if (lowBits(keyId) === low) this.#windows.delete(keyId)
  }
}

function readHeader(sealed: Uint8Array): SFrameHeader | undefined {
  try {
    return decodeSFrameHeader(sealed)
  } catch (error) {
    // Not SFrame: the caller says so.
    if (isDarkslideError(error)) return undefined
    throw error
  }
}

function lowBits(value: bigint): bigint {
  return BigInt.asUintN(epochBits, value)
}

function leafOf(keyId: bigint): number {
  return Number(BigInt.asUintN(senderBits, keyId >> BigInt(epochBits)))
}

/** Of the sixteen epochs that can be told apart, the seven after the current one are to come; the others are past. */
function isAhead(low: bigint, current: bigint): boolean {
  const ahead = BigInt.asUintN(epochBits, low - current)
  return ahead > 0n && ahead < 8n
}
