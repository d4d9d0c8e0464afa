import type { Limits } from "../limits.ts"
import { walkBoxes, type BoxRules } from "./boxes.ts"
import { PartList, type Walk } from "./part.ts"

const rules: BoxRules = {
  containers: {},
  kinds: {
    "JXL ": "structure",
    ftyp: "structure",
    jxll: "structure",
    jxli: "structure",
    jxlc: "image",
    jxlp: "image",
    jbrd: "structure",
    Exif: "exif",
    "xml ": "xmp",
    brob: "application",
    jumb: "c2pa",
    jhgm: "application",
  },
}

/** Walks a JPEG XL (ISO/IEC 18181-2): boxes, or a bare codestream, which is one part. */
export function walkJxl(bytes: Uint8Array, limits: Limits): Walk {
  if (bytes[0] === 0) return walkBoxes(bytes, rules, limits)
  const list = new PartList(limits)
  list.add("image", "codestream", 0, bytes.length)
  return list
}
