import { latin1, u16, u32 } from "../bytes.ts"

/** What an ICC profile says about itself (ICC.1:2022 section 7.2 and 9.2.41). */
export interface Icc {
  /** Of the whole profile, in bytes. */
  readonly bytes: number
  readonly version: string
  /** Four letters without trailing blanks, such as `mntr` for a display, or `scnr`, `prtr`. */
  readonly deviceClass: string
  /** Such as `RGB`, `GRAY`, `CMYK`. */
  readonly colorSpace: string
  readonly description?: string
}

const maxRecords = 256

/** Reads the header and the description; at most 256 of its languages are looked at. */
export function readIcc(profile: Uint8Array): Icc | undefined {
  if (profile.length < 132 || latin1(profile, 36, 4) !== "acsp") return undefined
  const version = u16(profile, 8)
  const description = readDescription(profile)
  return {
    bytes: profile.length,
    version: `${version >> 8}.${(version >> 4) & 15}`,
    deviceClass: latin1(profile, 12, 4).trim(),
    colorSpace: latin1(profile, 16, 4).trim(),
    ...(description === undefined ? {} : { description }),
  }
}

function readDescription(profile: Uint8Array): string | undefined {
  const count = Math.min(u32(profile, 128), maxRecords)
  for (let i = 0; i < count && 144 + i * 12 <= profile.length; i++) {
    const at = 132 + i * 12
    if (latin1(profile, at, 4) !== "desc") continue
    const offset = u32(profile, at + 4)
    const tag = profile.subarray(offset, offset + u32(profile, at + 8))
    return latin1(tag, 0, 4) === "mluc" ? localized(tag) : described(tag)
  }
  return undefined
}

/** textDescriptionType of version 2: a counted ASCII string. */
function described(tag: Uint8Array): string | undefined {
  if (latin1(tag, 0, 4) !== "desc") return undefined
  return latin1(tag, 12, Math.min(u32(tag, 8), tag.length - 12)).replace(/\0[^]*$/u, "")
}

/** multiLocalizedUnicodeType (10.15): American English if there, else the first. */
function localized(tag: Uint8Array): string | undefined {
  const size = Math.max(12, u32(tag, 12))
  const count = Math.min(u32(tag, 8), Math.floor((tag.length - 16) / size), maxRecords)
  let chosen: string | undefined
  for (let i = 0; i < count; i++) {
    const at = 16 + i * size
    const language = latin1(tag, at, 4)
    if (chosen !== undefined && language !== "enUS") continue
    const offset = u32(tag, at + 8)
    const bytes = tag.subarray(offset, offset + Math.min(u32(tag, at + 4), 4096))
    const text = new TextDecoder("utf-16be").decode(bytes).replace(/\0[^]*$/u, "")
    if (language === "enUS") return text
    chosen = text
  }
  return chosen
}
