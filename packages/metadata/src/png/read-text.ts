import { latin1, u8 } from "../bytes.ts"
import { inflate, type InflateBudget } from "./inflate.ts"

/** One text chunk, as it stands. */
export interface PngText {
  readonly keyword: string
  readonly text: string
  /** Of `iTXt`, such as `en-GB`. */
  readonly language?: string
  /** The keyword in that language. */
  readonly translatedKeyword?: string
}

/** A text chunk whose text is still bytes. */
export interface PngTextBytes {
  readonly keyword: string
  readonly bytes: Uint8Array
  readonly encoding: "latin1" | "utf-8"
  readonly language: string
  readonly translatedKeyword: string
  /** False when it inflates to more than allowed, or is broken. */
  readonly whole: boolean
}

/** A file may have thousands of texts, and a decoder takes longer to make than to use. */
const decoders = { latin1: new TextDecoder("latin1"), "utf-8": new TextDecoder() }

/** Splits `tEXt`, `zTXt` or `iTXt` (PNG section 11.3.3); `undefined` when it is malformed. */
export async function readPngText(
  name: string,
  data: Uint8Array,
  budget: InflateBudget,
  signal?: AbortSignal,
): Promise<PngTextBytes | undefined> {
  const end = data.subarray(0, 80).indexOf(0)
  if (end === -1) return undefined
  const keyword = latin1(data, 0, end)
  const plain = { keyword, encoding: "latin1" as const, language: "", translatedKeyword: "" }
  if (name === "tEXt") return { ...plain, bytes: data.subarray(end + 1), whole: true }
  if (name === "zTXt") return { ...plain, ...(await inflate(data.subarray(end + 2), budget, signal)) }
  const languageEnd = data.indexOf(0, end + 3)
  const translatedEnd = languageEnd === -1 ? -1 : data.indexOf(0, languageEnd + 1)
  if (translatedEnd === -1) return undefined
  const body = data.subarray(translatedEnd + 1)
  const compressed = u8(data, end + 1) === 1
  return {
    keyword,
    encoding: "utf-8",
    language: latin1(data, end + 3, languageEnd - end - 3),
    translatedKeyword: decoders["utf-8"].decode(data.subarray(languageEnd + 1, translatedEnd)),
    ...(compressed ? await inflate(body, budget, signal) : { bytes: body, whole: true }),
  }
}

export function decodePngText({ keyword, bytes, encoding, language, translatedKeyword }: PngTextBytes): PngText {
  return {
    keyword,
    text: decoders[encoding].decode(bytes),
    ...(language === "" ? {} : { language }),
    ...(translatedKeyword === "" ? {} : { translatedKeyword }),
  }
}

/** The bytes of a "Raw profile type": a line with a name, one with a count, then hexadecimal digits (ImageMagick). */
export function decodeRawProfile(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const text = decoders.latin1.decode(bytes)
  const head = /^\s*\w+\s+(\d+)\s/u.exec(text)
  if (head === null) return undefined
  const digits = text.slice(head[0].length).replace(/\s+/gu, "")
  const length = Math.min(Number(head[1]), digits.length >> 1)
  const profile = new Uint8Array(length)
  for (let i = 0; i < length; i++) {
    const value = Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16)
    if (Number.isNaN(value)) return undefined
    profile[i] = value
  }
  return profile
}
