import { decodePacket } from "../../xmp/read-xmp.ts"
import { tokens } from "../../xmp/tokens.ts"
import { namesLocation } from "./names.ts"

/** Clips and pictures in the trailer, which goes with `gps-only`; viewers that look for them in vain show an error. */
const trailing = /^(?:MotionPhoto|MicroVideo|HasExtendedXMP$)/u

/**
 * The packet without properties that name a place, in UTF-8; the very bytes when it has none. `undefined` when its markup
 * is broken, so that nobody knows what another reader sees in it.
 */
export function xmpWithoutLocation(packet: Uint8Array): Uint8Array | undefined {
  const text = decodePacket(packet)
  const pieces: string[] = []
  let [from, depth] = [0, 0]
  // The depth and the start of the element that is being left out.
  let outside: { readonly depth: number; readonly start: number } | undefined
  const cut = (start: number, end: number): void => {
    pieces.push(text.slice(from, start))
    from = end
  }
  const markup = tokens(text)
  let next = markup.next()
  for (; next.done !== true; next = markup.next()) {
    const token = next.value
    if (token.type === "open") {
      const goes = outside === undefined && isLocation(token.name)
      if (goes && token.empty) cut(token.start, token.end)
      else if (goes) outside = { depth, start: token.start }
      else if (outside === undefined)
        for (const { name, start, end } of token.attributes) if (isLocation(name)) cut(start, end)
      if (!token.empty) depth++
      if (token.attributes.length >= 1024) return undefined
    } else if (token.type === "close") {
      depth--
      if (outside?.depth === depth) {
        cut(outside.start, token.end)
        outside = undefined
      }
    }
  }
  if (!next.value || depth !== 0) return undefined
  if (from === 0) return packet
  pieces.push(text.slice(from))
  return new TextEncoder().encode(pieces.join(""))
}

function isLocation(name: string): boolean {
  if (name === "xmlns" || name.startsWith("xmlns:")) return false
  return namesLocation(name) || trailing.test(name.slice(name.indexOf(":") + 1))
}

/** With blanks at the end, which a packet may have (XMP specification part 1, 7.3.2). */
export function padded(packet: Uint8Array, length: number): Uint8Array {
  if (packet.length === length) return packet
  const whole = new Uint8Array(length).fill(0x20)
  whole.set(packet)
  return whole
}
