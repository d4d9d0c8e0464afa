import { generateKeyPair, open, seal, splitFile } from "@darkslide/crypto"
import { randomBytes } from "@darkslide/crypto"
import { ecb } from "@noble/ciphers/aes.js"

// For the demonstration alone: what must not be done, beside what is done. Nothing else in this app may use it.

export type Way = "age" | "ecb" | "rsa"
export const ways: readonly Way[] = ["age", "ecb", "rsa"]

/** A picture on its way by one of the ways: the bytes on the wire, and what the receiver makes of them. */
export interface Passage {
  readonly wire: Uint8Array
  /** Pixels in a line of the painted wire, so that a shape that was left shows. */
  readonly width: number
  readonly opened: Uint8Array
}

/** @param pixels - RGB, three bytes each. */
export async function pass(way: Way, pixels: Uint8Array, width: number): Promise<Passage> {
  if (way === "age") return await byAge(pixels, width)
  return way === "ecb" ? byElectronicCodebook(pixels, width) : byTextbookRsa(pixels, width)
}

async function byAge(pixels: Uint8Array, width: number): Promise<Passage> {
  const receiver = generateKeyPair()
  const sealed = await seal(pixels, { to: [receiver.recipient] })
  return { wire: splitFile(sealed).payload, width, opened: await open(sealed, { with: [receiver] }) }
}

function byElectronicCodebook(pixels: Uint8Array, width: number): Passage {
  const key = randomBytes(32)
  const wire = ecb(key).encrypt(pixels)
  return { wire, width, opened: ecb(key).decrypt(wire) }
}

/** Two primes that a child can find: each byte is encrypted on its own, without padding. */
const modulus = 251 * 241
const [publicExponent, secretExponent] = [17, inverse(17, 250 * 240)]

function byTextbookRsa(pixels: Uint8Array, width: number): Passage {
  const table = Array.from({ length: 256 }, (_, byte) => power(byte, publicExponent))
  const wire = new Uint8Array(2 * pixels.length)
  pixels.forEach((byte, at) => new DataView(wire.buffer).setUint16(2 * at, table[byte] ?? 0))
  const back = new Map(table.map((number) => [number, power(number, secretExponent)]))
  const opened = pixels.map((_, at) => back.get(new DataView(wire.buffer).getUint16(2 * at)) ?? 0)
  return { wire, width: 2 * width, opened }
}

/** `base ** exponent` modulo the modulus, which is small enough for exact products. */
function power(base: number, exponent: number): number {
  let result = 1
  for (let bit = base % modulus, rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = (result * bit) % modulus
    bit = (bit * bit) % modulus
  }
  return result
}

function inverse(value: number, within: number): number {
  for (let candidate = 1; ; candidate++) if ((value * candidate) % within === 1) return candidate
}

/** The light of a harbour at night, in few colours: RGB, `side` by `side` pixels. */
export function drawSample(side: number): Uint8Array {
  const pixels = new Uint8Array(3 * side * side)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) pixels.set(colourAt(x / side, y / side), 3 * (y * side + x))
  return pixels
}

function colourAt(x: number, y: number): readonly number[] {
  const isTower = y > 0.28 && y < 0.72 && Math.abs(x - 0.5) < 0.05 + 0.05 * y
  if (Math.hypot(x - 0.5, y - 0.24) < 0.09) return [255, 214, 120]
  if (isTower) return Math.floor(y * 12) % 2 === 0 ? [196, 64, 40] : [240, 232, 220]
  if (y > 0.72) return [18, 52, 74]
  return Math.abs(y - 0.24) < 0.32 * Math.abs(x - 0.5) ? [92, 84, 72] : [24, 22, 40]
}
