import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js"
import { bytesToNumberLE } from "@noble/curves/utils.js"
import { sha512 } from "@noble/hashes/sha2.js"
import { concatBytes, randomBytes } from "@noble/hashes/utils.js"
import { RoomsError } from "../errors.ts"

// CPace (draft-irtf-cfrg-cpace-21) with ristretto255 and SHA-512, initiator and responder, without shared setup.

const { Point } = ristretto255
const utf8 = new TextEncoder()
const dsi = utf8.encode("CPaceRistretto255")
const dsiIsk = utf8.encode("CPaceRistretto255_ISK")
/** `H.s_in_bytes` of SHA-512. */
const hashBlockBytes = 128

/** What both sides know before they start. */
export interface CpaceSetting {
  /** The password-related string. */
  readonly password: Uint8Array
  /** Channel identifier: who talks where. */
  readonly channel: Uint8Array
  /** Fresh for each run. */
  readonly sessionId: Uint8Array
}

/** One side of one run, between sending its share and receiving the other's. */
export interface CpaceSide {
  /** 32 bytes to send. */
  readonly share: Uint8Array
  /**
   * The intermediate session key, 64 bytes: the same on both sides only if they used the same password, channel and
   * session. Confirm it before anything is sealed under it.
   * @throws RoomsError `ROOMS_MALFORMED` when the other share is no group element, or the neutral one.
   */
  finish(other: CpaceMessage, own: { readonly role: "initiator" | "responder"; readonly data: Uint8Array }): Uint8Array
}

/** A share, and the associated data that its sender binds into the key. */
export interface CpaceMessage {
  readonly share: Uint8Array
  readonly data: Uint8Array
}

/** Starts a run. One side serves one run: a share that is used twice gives two guesses. */
export function startCpace(setting: CpaceSetting): CpaceSide {
  return startWithScalar(setting, sampleScalar())
}

/** As {@link startCpace}, with the scalar given: for the draft's vectors. */
export function startWithScalar(setting: CpaceSetting, scalar: bigint): CpaceSide {
  const share = calculateGenerator(setting).multiply(scalar).toBytes()
  return {
    share,
    finish(other, { role, data }) {
      const key = scalarMultVfy(scalar, other.share)
      const own: CpaceMessage = { share, data }
      const [a, b] = role === "initiator" ? [own, other] : [other, own]
      // Section 6.2: ISK = H(lv_cat(G.DSI_ISK, sid, K) || transcript_ir(Ya, ADa, Yb, ADb)).
      return sha512(concatBytes(lvCat(dsiIsk, setting.sessionId, key), lvCat(a.share, a.data), lvCat(b.share, b.data)))
    },
  }
}

/** Section 7.3 with the generator string of section 7.1: zeros fill the first hash block behind the password. */
function calculateGenerator({ password, channel, sessionId }: CpaceSetting): InstanceType<typeof Point> {
  const zeros = Math.max(0, hashBlockBytes - 1 - lvCat(password).length - lvCat(dsi).length)
  return ristretto255_hasher.deriveToCurve!(sha512(lvCat(dsi, password, new Uint8Array(zeros), channel, sessionId)))
}

/** Section 7.2 for ristretto255: a uniform 252-bit scalar, never zero. */
function sampleScalar(): bigint {
  for (;;) {
    const bytes = randomBytes(32)
    bytes[31] = (bytes[31] ?? 0) & 0x0f
    const scalar = bytesToNumberLE(bytes)
    if (scalar !== 0n && scalar < Point.Fn.ORDER) return scalar
  }
}

/** Aborts on the neutral element and on bad encodings (section 7.3, `scalar_mult_vfy`). */
function scalarMultVfy(scalar: bigint, share: Uint8Array): Uint8Array {
  try {
    const product = Point.fromBytes(share).multiply(scalar)
    if (product.is0()) throw new RangeError("neutral element")
    return product.toBytes()
  } catch (cause) {
    throw new RoomsError("ROOMS_MALFORMED", "Cannot finish CPace: the share is no usable group element", { cause })
  }
}

/** `lv_cat` of appendix A: each string behind its length in LEB128. */
export function lvCat(...strings: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...strings.flatMap((string) => [leb128(string.length), string]))
}

function leb128(length: number): Uint8Array {
  const bytes: number[] = []
  let rest = length
  do {
    bytes.push(rest < 128 ? rest : (rest & 0x7f) | 0x80)
    rest >>>= 7
  } while (rest > 0)
  return Uint8Array.from(bytes)
}
