/** Where a piece of markup stands in the text; half-open. */
interface Place {
  readonly start: number
  readonly end: number
}

/** One piece of markup. Text between tags is given with entities decoded. */
export type Token = Place &
  (
    | {
        readonly type: "open"
        readonly name: string
        readonly attributes: readonly Attribute[]
        readonly empty: boolean
      }
    | { readonly type: "close" }
    | { readonly type: "text"; readonly text: string }
  )

/** With the white space before it. */
export interface Attribute extends Place {
  readonly name: string
  readonly value: string
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }

/** The five entities of XML 1.0 section 4.6 and numeric ones; any other stays as it stands: there is no DTD here. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/gu, (whole, decimal, hex, name) => {
    if (typeof name === "string") return entities[name] ?? whole
    const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

/**
 * Splits markup into tokens in one pass, without a stack. Comments, processing instructions and declarations are passed
 * over, a DTD with everything in it; so is what indents tags. It stops where markup is broken, and returns whether it
 * came to the end.
 */
export function* tokens(text: string): Generator<Token, boolean, undefined> {
  let at = 0
  while (at < text.length) {
    const start = text.indexOf("<", at)
    const end = start === -1 ? text.length : start
    if (end > at) yield { type: "text", text: decodeEntities(text.slice(at, end)), start: at, end }
    if (start === -1) return true
    const mark = text[start + 1]
    if (mark === "?") at = after(text, "?>", start)
    else if (mark === "!") {
      if (text.startsWith("--", start + 2)) at = after(text, "-->", start + 4)
      else if (text.startsWith("[CDATA[", start + 2)) {
        const close = text.indexOf("]]>", start)
        if (close === -1) return false
        yield { type: "text", text: text.slice(start + 9, close), start, end: close + 3 }
        at = close + 3
      } else at = endOfDeclaration(text, start)
    } else {
      const tag = mark === "/" ? closeTag(text, start) : openTag(text, start + 1)
      if (tag === undefined) return false
      yield tag
      at = afterIndent(text, tag.end)
    }
  }
  return true
}

/** White space between two tags says nothing. The padding at the end of a packet is left to be searched natively. */
function afterIndent(text: string, from: number): number {
  let at = from
  const end = from + 64
  while (at < end && text.charCodeAt(at) <= 0x20) at++
  return text.charCodeAt(at) === 0x3c ? at : from
}

function closeTag(text: string, start: number): Token {
  return { type: "close", start, end: after(text, ">", start) }
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found === -1 ? text.length : found + mark.length
}

function endOfDeclaration(text: string, start: number): number {
  const bracket = text.indexOf("[", start)
  const close = text.indexOf(">", start)
  return bracket !== -1 && bracket < close ? after(text, "]>", bracket) : after(text, ">", start)
}

/** Whether a name ends before this code: at white space, `"`, `'`, `/`, `<`, `=`, `>`, or the end of the text (NaN). */
function endsName(code: number): boolean {
  return !(code > 0x20) || code === 0x22 || code === 0x27 || code === 0x2f || (code >= 0x3c && code <= 0x3e)
}

function endOfName(text: string, from: number): number {
  let at = from
  while (!endsName(text.charCodeAt(at))) at++
  return at
}

function endOfSpace(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return at
}

function openTag(text: string, from: number): Token | undefined {
  let at = endOfName(text, from)
  if (at === from) return undefined
  const name = text.slice(from, at)
  const attributes: Attribute[] = []
  for (;;) {
    const nameAt = endOfSpace(text, at)
    const nameEnd = endOfName(text, nameAt)
    if (nameEnd === nameAt) {
      const empty = text[nameAt] === "/"
      const close = empty ? nameAt + 1 : nameAt
      return text[close] === ">"
        ? { type: "open", name, attributes, empty, start: from - 1, end: close + 1 }
        : undefined
    }
    const equals = endOfSpace(text, nameEnd)
    const quoteAt = endOfSpace(text, equals + 1)
    const quote = text[quoteAt]
    const end = text[equals] === "=" && (quote === '"' || quote === "'") ? text.indexOf(quote, quoteAt + 1) : -1
    if (end === -1) return undefined
    const value = text.slice(quoteAt + 1, end)
    if (value.includes("<")) return undefined
    if (attributes.length < 1024)
      attributes.push({ name: text.slice(nameAt, nameEnd), value: decodeEntities(value), start: at, end: end + 1 })
    at = end + 1
  }
}
