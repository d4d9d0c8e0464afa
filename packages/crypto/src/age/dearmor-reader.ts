import { base64 } from "@scure/base"
import { concatBytes } from "@noble/hashes/utils.js"
import { CryptoError } from "../errors.ts"
import { armorBegin, armorColumns, armorEnd, maxArmorSpaceBytes } from "./armor-lines.ts"

const newline = 0x0a
const carriageReturn = 0x0d

/** Longer than any line of an armor: what has no line feed by then is none. White space is counted apart. */
const maxLineBytes = 1026

/**
 * Takes an armored file piece by piece. White space may stand only before BEGIN and after END; each line of the body but
 * the last has 64 characters; the base64 is canonical and padded.
 */
export class DearmorReader {
  #state: "before" | "body" | "last-line-read" | "after" = "before"
  #held: Uint8Array = new Uint8Array()
  #spaceBytes = 0
  /** Lines of the body that were checked for length, not yet decoded: many are decoded at once. */
  #lines: string[] = []

  #takeLine(raw: Uint8Array, feedBytes: number): void {
    const line = raw.at(-1) === carriageReturn ? raw.subarray(0, -1) : raw
    const outside = this.#state === "before" || this.#state === "after"
    if (outside && isSpace(line)) {
      this.#spaceBytes += raw.length + feedBytes
      if (this.#spaceBytes > maxArmorSpaceBytes) throw malformed("too much white space around it")
      return
    }
    if (line.length > armorColumns) throw malformed("a line has more than 64 characters")
    this.#takeText(new TextDecoder("utf-8", { ignoreBOM: true }).decode(line))
  }

  #takeText(text: string): void {
    if (this.#state === "before") {
      if (text !== armorBegin) throw malformed("no BEGIN line")
      this.#state = "body"
      this.#spaceBytes = 0
    } else if (this.#state === "after") {
      throw malformed("something after its END line")
    } else if (text === armorEnd) {
      this.#state = "after"
    } else if (this.#state === "last-line-read" || text.length === 0) {
      throw malformed("a short line that is not the last")
    } else {
      this.#lines.push(text)
      if (text.length < armorColumns || text.endsWith("=")) this.#state = "last-line-read"
    }
  }

  /** Yields what the lines complete so far decode to. */
  *push(piece: Uint8Array): Generator<Uint8Array<ArrayBuffer>, void> {
    const bytes = this.#held.length === 0 ? piece : concatBytes(this.#held, piece)
    let start = 0
    try {
      for (;;) {
        const end = bytes.indexOf(newline, start)
        if (end === -1) break
        this.#takeLine(bytes.subarray(start, end), 1)
        start = end + 1
      }
      if (bytes.length - start > maxLineBytes) throw malformed("a line is too long")
    } catch (error) {
      // What stands before the fault is given first: a reader may find that it fails there already.
      yield* this.#decoded()
      throw error
    }
    this.#held = bytes.slice(start)
    yield* this.#decoded()
  }

  /** The end of the input: yields what is left, and checks that the armor is whole. */
  *end(): Generator<Uint8Array<ArrayBuffer>, void> {
    if (this.#held.length > 0) this.#takeLine(this.#held, 0)
    yield* this.#decoded()
    if (this.#state !== "after") throw malformed("no END line")
  }

  *#decoded(): Generator<Uint8Array<ArrayBuffer>, void> {
    const lines = this.#lines
    if (lines.length === 0) return
    this.#lines = []
    const bytes = decodeBase64(lines.join(""))
    if (bytes) {
      yield bytes
      return
    }
    for (const line of lines) {
      const part = decodeBase64(line)
      if (!part) throw malformed("not canonical base64")
      yield part
    }
  }
}

/** `undefined` for anything but canonical, padded base64. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(base64.decode(text))
  } catch {
    // The decoder throws on nothing else, and what it says of the text is no use to anyone.
    return undefined
  }
}

function isSpace(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))
}

function malformed(what: string): CryptoError {
  return new CryptoError("CRYPTO_MALFORMED", `Cannot read armor: ${what}`)
}
