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
 * over, a DTD with everything in it; it stops where markup is broken, and returns whether it came to the end.
 */
export function* tokens(text: string): Generator<Token, boolean, undefined> {
  let at = 0
  while (at < text.length) {
    const start = text.indexOf("<", at)
    const end = start === -1 ? text.length : start
    if (end > at) yield { type: "text", text: decodeEntities(text.slice(at, end)), start: at, end }
    if (start === -1) return true
    if (text.startsWith("<?", start)) at = after(text, "?>", start)
    else if (text.startsWith("<!--", start)) at = after(text, "-->", start + 4)
    else if (text.startsWith("<![CDATA[", start)) {
      const close = text.indexOf("]]>", start)
      if (close === -1) return false
      yield { type: "text", text: text.slice(start + 9, close), start, end: close + 3 }
      at = close + 3
    } else if (text.startsWith("<!", start)) at = endOfDeclaration(text, start)
    else if (text.startsWith("</", start)) {
      at = after(text, ">", start)
      yield { type: "close", start, end: at }
    } else {
      const tag = openTag(text, start + 1)
      if (tag === undefined) return false
      at = tag.end
      yield tag
    }
  }
  return true
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

const namePattern = /[^\s=/>"'<]+/y
const attributePattern = /\s*([^\s=/>"'<]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const endPattern = /\s*(\/?)>/y

function openTag(text: string, from: number): Token | undefined {
  namePattern.lastIndex = from
  const name = namePattern.exec(text)?.[0]
  if (name === undefined) return undefined
  let at = from + name.length
  const attributes: Attribute[] = []
  for (;;) {
    attributePattern.lastIndex = at
    const found = attributePattern.exec(text)
    if (found === null) break
    const start = at
    at = attributePattern.lastIndex
    if (attributes.length < 1024)
      attributes.push({ name: found[1] ?? "", value: decodeEntities(found[2] ?? found[3] ?? ""), start, end: at })
  }
  endPattern.lastIndex = at
  const end = endPattern.exec(text)
  if (end === null) return undefined
  return { type: "open", name, attributes, empty: end[1] === "/", start: from - 1, end: endPattern.lastIndex }
}
