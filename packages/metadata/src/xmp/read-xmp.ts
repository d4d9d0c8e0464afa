import type { Limits } from "../limits.ts"
import type { Issue } from "../walk/issue.ts"
import { prefixOf, rdf } from "./namespaces.ts"
import { tokens, type Attribute } from "./tokens.ts"

/** One value of a property: of a list an item, of a structure a field. */
export interface XmpText {
  readonly text: string
  /** `xml:lang` of a language alternative, such as `en-US` or `x-default`. */
  readonly language?: string
  /** Within the property, such as `stEvt:action`; absent for plain values and items of plain lists. */
  readonly path?: string
}

/** Properties by name with the well-known prefix, such as `dc:title`; each value in the order of the file. */
export type Xmp = Readonly<Record<string, readonly XmpText[]>>

/** Which node of RDF (ISO 16684-1 section 7) an element is. */
type Role = "outer" | "rdf" | "node" | "property" | "list"

/** Prefixes that an element declares, and those of the elements around it: at most `maxDepth` of them. */
interface Scope {
  readonly declared: ReadonlyMap<string, string>
  readonly outer: Scope | undefined
  /** Names that were resolved here before: most elements and attributes come many times. */
  readonly resolved: Map<string, Name>
}

interface Frame {
  readonly role: Role
  readonly prefixes: Scope
  readonly property: string
  readonly path: string
  language: string | undefined
  text: string
  /** It had children or fields, so its own text is only white space. */
  structured: boolean
}

const maxDepth = 64
const maxValues = 8192

/** Reads an XMP packet. It needs no DOM and runs without recursion. Broken markup yields what stands before it. */
export function readXmp(packets: readonly Uint8Array[], limits: Limits, issues: Issue[]): Xmp {
  const properties = Object.create(null) as Record<string, XmpText[]>
  let [bytes, values] = [0, 0]
  for (const packet of packets) {
    bytes += packet.length
    if (bytes > limits.maxXmpBytes) {
      issues.push({ code: "too-large", where: "xmp" })
      break
    }
    const text = decodePacket(packet)
    const found = readPacket(text, (property, value) => {
      if (++values > maxValues) return
      const list = (properties[property] ??= [])
      list.push(value)
    })
    if (found !== undefined) issues.push(found)
  }
  if (values > maxValues) issues.push({ code: "too-large", where: "xmp" })
  return properties
}

/** UTF-8, UTF-16 or UTF-32, told by a byte order mark or by where the zeros of `<` are. */
export function decodePacket(packet: Uint8Array): string {
  const [a, b, c, d] = [packet[0], packet[1], packet[2], packet[3]]
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return new TextDecoder("utf-16be").decode(packet)
  if ((a === 0xff && b === 0xfe && (c !== 0 || d !== 0)) || (a === 0x3c && b === 0 && c !== 0))
    return new TextDecoder("utf-16le").decode(packet)
  if ((a === 0 && b === 0) || (c === 0 && d === 0)) return decodeUtf32(packet, a === 0)
  return utf8.decode(packet)
}

const utf8 = new TextDecoder()

function decodeUtf32(packet: Uint8Array, bigEndian: boolean): string {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  const pieces: string[] = []
  for (let at = 0; at + 4 <= packet.length; at += 4) {
    const code = view.getUint32(at, !bigEndian)
    if (code <= 0x10ffff && code !== 0xfeff) pieces.push(String.fromCodePoint(code))
  }
  return pieces.join("")
}

function readPacket(text: string, emit: (property: string, value: XmpText) => void): Issue | undefined {
  const stack: Frame[] = [frame("outer", { declared: new Map(), outer: undefined, resolved: new Map() }, "", "")]
  for (const token of tokens(text)) {
    const top = stack.at(-1) as Frame
    if (token.type === "text") {
      if (!top.structured && top.role === "property") top.text += token.text
    } else if (token.type === "close") {
      if (stack.length > 1) finish(stack.pop() as Frame, emit)
    } else {
      const child = open(token.name, token.attributes, top, emit)
      if (token.empty) finish(child, emit)
      else if (stack.length >= maxDepth) return { code: "too-deep", where: "xmp" }
      else stack.push(child)
    }
  }
  return stack.length > 1 ? { code: "bad-structure", where: "xmp" } : undefined
}

function frame(role: Role, prefixes: Frame["prefixes"], property: string, path: string): Frame {
  return { role, prefixes, property, path, language: undefined, text: "", structured: false }
}

interface Name {
  readonly namespace: string
  readonly local: string
  /** With the well-known prefix. */
  readonly name: string
}

function resolve(written: string, scope: Scope): Name {
  const before = scope.resolved.get(written)
  if (before !== undefined) return before
  const colon = written.indexOf(":")
  const prefix = colon === -1 ? "" : written.slice(0, colon)
  const local = written.slice(colon + 1)
  let from: Scope | undefined = scope
  while (from !== undefined && !from.declared.has(prefix)) from = from.outer
  const namespace =
    from?.declared.get(prefix) ??
    (prefix === "rdf" ? rdf : prefix === "xml" ? "http://www.w3.org/XML/1998/namespace" : "")
  const known = prefixOf(namespace, prefix)
  const name = { namespace, local, name: known === "" ? local : `${known}:${local}` }
  scope.resolved.set(written, name)
  return name
}

function open(
  written: string,
  attributes: readonly Attribute[],
  parent: Frame,
  emit: (property: string, value: XmpText) => void,
): Frame {
  const prefixes = withDeclarations(parent.prefixes, attributes)
  const element = resolve(written, prefixes)
  parent.structured ||= parent.role !== "outer"
  const child = childOf(parent, element, prefixes)
  if (child.role === "outer" || child.role === "rdf" || child.role === "list") return child
  let resource: string | undefined
  let typed = child
  for (const { name, value } of attributes) {
    if (declares(name)) continue
    const attribute = resolve(name, prefixes)
    if (attribute.name === "xml:lang") child.language = value
    else if (attribute.name === "rdf:parseType") {
      if (value === "Resource") typed = { ...child, role: "node" }
    } else if (attribute.name === "rdf:resource") resource = value
    else if (attribute.namespace !== rdf && attribute.namespace !== "") {
      child.structured ||= child.role === "property"
      emitAt(child, attribute, value, emit)
    }
  }
  typed.language = child.language
  if (resource !== undefined && child.role === "property") child.text = resource
  typed.structured = child.structured
  return typed
}

function childOf(parent: Frame, element: Name, prefixes: Frame["prefixes"]): Frame {
  const { property, path } = parent
  switch (parent.role) {
    case "outer":
      return frame(element.namespace === rdf && element.local === "RDF" ? "rdf" : "outer", prefixes, "", "")
    case "rdf":
      return frame("node", prefixes, "", "")
    case "node":
      if (element.name === "rdf:value") return frame("property", prefixes, property, path)
      if (property === "") return frame("property", prefixes, element.name, "")
      return frame("property", prefixes, property, path === "" ? element.name : `${path}/${element.name}`)
    case "property":
      return frame(
        element.namespace === rdf && ["Seq", "Bag", "Alt"].includes(element.local) ? "list" : "node",
        prefixes,
        property,
        path,
      )
    case "list":
      return frame("property", prefixes, property, path)
  }
}

function withDeclarations(prefixes: Frame["prefixes"], attributes: readonly Attribute[]): Frame["prefixes"] {
  let declared: Map<string, string> | undefined
  for (const { name, value } of attributes) {
    if (!declares(name)) continue
    declared ??= new Map()
    declared.set(name.slice(6), value)
  }
  return declared === undefined ? prefixes : { declared, outer: prefixes, resolved: new Map() }
}

function declares(attribute: string): boolean {
  return attribute.startsWith("xmlns") && (attribute.length === 5 || attribute[5] === ":")
}

/** Attributes of a node stand for its properties; those of a property, for the fields of its structure. */
function emitAt(at: Frame, { name }: Name, text: string, emit: (property: string, value: XmpText) => void): void {
  if (at.property === "") emit(name, { text })
  else emit(at.property, { text, path: at.path === "" ? name : `${at.path}/${name}` })
}

function finish(closed: Frame, emit: (property: string, value: XmpText) => void): void {
  if (closed.role !== "property" || closed.structured || closed.property === "") return
  const text = closed.text.trim()
  const { language, path } = closed
  if (language === undefined) emit(closed.property, path === "" ? { text } : { text, path })
  else emit(closed.property, path === "" ? { text, language } : { text, language, path })
}
