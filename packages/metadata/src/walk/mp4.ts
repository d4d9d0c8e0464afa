import type { Limits } from "../limits.ts"
import { walkBoxes, type BoxRules } from "./boxes.ts"
import type { Walk } from "./part.ts"

const rules: BoxRules = {
  containers: { moov: 0, "moov/trak": 0, "moov/trak/mdia": 0, "moov/trak/mdia/minf": 0, moof: 0, "moof/traf": 0 },
  kinds: {
    ftyp: "structure",
    styp: "structure",
    pdin: "structure",
    mdat: "image",
    "moof/mfhd": "structure",
    "moof/traf/tfhd": "structure",
    "moof/traf/tfdt": "structure",
    "moof/traf/trun": "structure",
    "moof/traf/sbgp": "structure",
    "moof/traf/sgpd": "structure",
    "moof/traf/subs": "structure",
    "moof/traf/saiz": "structure",
    "moof/traf/saio": "structure",
    "moof/traf/senc": "structure",
    sidx: "structure",
    ssix: "structure",
    mfra: "structure",
    prft: "time",
    emsg: "application",
    meta: "application",
    udta: "application",
    "moov/mvhd": "time",
    "moov/iods": "structure",
    "moov/mvex": "structure",
    "moov/udta": "application",
    "moov/meta": "application",
    "moov/trak/tkhd": "time",
    "moov/trak/edts": "structure",
    "moov/trak/tref": "structure",
    "moov/trak/tapt": "structure",
    "moov/trak/udta": "application",
    "moov/trak/meta": "application",
    "moov/trak/mdia/mdhd": "time",
    "moov/trak/mdia/hdlr": "structure",
    "moov/trak/mdia/elng": "structure",
    "moov/trak/mdia/minf/vmhd": "structure",
    "moov/trak/mdia/minf/smhd": "structure",
    "moov/trak/mdia/minf/nmhd": "structure",
    "moov/trak/mdia/minf/gmhd": "structure",
    "moov/trak/mdia/minf/hdlr": "structure",
    "moov/trak/mdia/minf/dinf": "structure",
    "moov/trak/mdia/minf/stbl": "structure",
  },
}

/** Walks the boxes of an MP4 or QuickTime clip (ISO/IEC 14496-12). */
export function walkMp4(bytes: Uint8Array, limits: Limits): Walk {
  return walkBoxes(bytes, rules, limits)
}
