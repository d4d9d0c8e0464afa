import { base64 } from "@scure/base"
import { concatBytes } from "@noble/hashes/utils.js"
import { streamPair, type StreamPair } from "../bytes/stream-pair.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { armorBegin, armorColumns, armorEnd } from "./armor-lines.ts"
import { DearmorReader } from "./dearmor-reader.ts"

/** Bytes of a line of 64 columns. */
const lineBytes = 48

/**
 * Writes an age file as text (age section "ASCII armor"): a third longer, and safe to paste.
 * @returns ASCII, lines of 64 columns, a line feed at the end.
 *
 * @example
 * ```ts
 * const me = generateKeyPair()
 * const text = armor(await seal(new Uint8Array([7]), { to: [me.recipient] }))
 * assert.match(text, /^-----BEGIN AGE ENCRYPTED FILE-----\n/)
 * assert.deepEqual(await open(dearmor(text), { with: [me] }), new Uint8Array([7]))
 * ```
 */
export function armor(file: Uint8Array): string {
  return `${armorBegin}\n${linesOf(file)}${armorEnd}\n`
}

/**
 * Reads an armored age file, strictly: one armor per file but for the line ends (LF or CRLF) and up to 1,024 bytes of
 * white space before and after. Nothing in it is verified yet: that is what opening does.
 * @throws CryptoError `CRYPTO_MALFORMED`
 */
export function dearmor(text: string | Uint8Array): Uint8Array {
  const reader = new DearmorReader()
  const parts = [...reader.push(typeof text === "string" ? toUtf8(text) : text), ...reader.end()]
  return concatBytes(...parts)
}

/** Whether these first bytes of a file are those of an armored one, white space before it allowed. 1 KiB is enough. */
export function isArmored(start: Uint8Array): boolean {
  let offset = 0
  while (offset < start.length && [0x09, 0x0a, 0x0d, 0x20].includes(start[offset] ?? 0)) offset++
  const begin = toUtf8(armorBegin)
  return begin.every((byte, index) => byte === start[offset + index])
}

/** An age file in, its armor out. Holds less than a line between pieces. */
export function armorStream(): StreamPair {
  return streamPair(armored)
}

/** As {@link armorStream}, of an iterable. */
export async function* armored(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  yield toUtf8(`${armorBegin}\n`)
  let held: Uint8Array = new Uint8Array()
  for await (const piece of source) {
    const bytes = held.length === 0 ? piece : concatBytes(held, piece)
    const whole = bytes.length - (bytes.length % lineBytes)
    if (whole > 0) yield toUtf8(linesOf(bytes.subarray(0, whole)))
    held = bytes.slice(whole)
  }
  yield toUtf8(`${linesOf(held)}${armorEnd}\n`)
}

/**
 * Armor in, an age file out; holds less than a line between pieces.
 * @throws on the readable end, after what stood before the fault was read: as {@link dearmor}.
 *
 * @example
 * ```ts
 * const me = generateKeyPair()
 * const sealing = new Blob(["hello"]).stream().pipeThrough(sealStream({ to: [me.recipient] }))
 * const opened = sealing.pipeThrough(armorStream()).pipeThrough(dearmorStream()).pipeThrough(openStream({ with: [me] }))
 * assert.equal(await new Response(opened).text(), "hello")
 * ```
 */
export function dearmorStream(): StreamPair {
  return streamPair(dearmored)
}

/** As {@link dearmorStream}, of an iterable. */
export async function* dearmored(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const reader = new DearmorReader()
  for await (const piece of source) yield* reader.push(piece)
  yield* reader.end()
}

function linesOf(bytes: Uint8Array): string {
  const text = base64.encode(bytes)
  const lines = []
  for (let start = 0; start < text.length; start += armorColumns)
    lines.push(text.slice(start, start + armorColumns), "\n")
  return lines.join("")
}
