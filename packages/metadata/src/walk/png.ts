import { latin1, u32 } from "../bytes.ts"
import type { Limits } from "../limits.ts"
import { PartList, type PartKind, type Walk } from "./part.ts"

const kinds: Readonly<Record<string, PartKind>> = {
  IHDR: "structure",
  PLTE: "structure",
  IDAT: "image",
  IEND: "structure",
  tRNS: "colour",
  gAMA: "colour",
  cHRM: "colour",
  sRGB: "colour",
  cICP: "colour",
  mDCV: "colour",
  cLLI: "colour",
  sBIT: "colour",
  bKGD: "colour",
  iCCP: "icc",
  acTL: "animation",
  fcTL: "animation",
  fdAT: "image",
  pHYs: "structure",
  eXIf: "exif",
  zxIf: "exif",
  tEXt: "text",
  zTXt: "text",
  iTXt: "text",
  tIME: "time",
  caBX: "c2pa",
}

/** Walks the chunks of a PNG or APNG (W3C PNG, section 5) up to IEND, and names what comes after it `trailer`. */
export function walkPng(bytes: Uint8Array, limits: Limits): Walk {
  const list = new PartList(limits)
  list.add("structure", "signature", 0, 8)
  let at = 8
  while (at < bytes.length) {
    const name = latin1(bytes, at + 4, 4)
    const length = u32(bytes, at)
    const end = at + 12 + length
    // 5.4: a chunk type is four letters; a length has 31 bits.
    if (!/^[A-Za-z]{4}$/u.test(name) || length > 0x7fff_ffff || end > bytes.length) {
      list.cut(/^[A-Za-z]{4}$/u.test(name) ? name : "chunk")
      list.add("junk", "cut", at, bytes.length - at)
      return list
    }
    list.add(Object.hasOwn(kinds, name) ? (kinds[name] ?? "unknown") : "unknown", name, at, end - at, 8)
    at = end
    if (name === "IEND") {
      if (at < bytes.length) list.add("trailer", "trailer", at, bytes.length - at)
      return list
    }
  }
  list.cut("IEND")
  return list
}
