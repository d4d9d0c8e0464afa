import { MetadataError } from "../errors.ts"
import { rdf } from "../xmp/namespaces.ts"
import { decodePacket } from "../xmp/read-xmp.ts"
import { findProperties, type FoundProperties, type FoundProperty } from "./find-properties.ts"
import type { XmpChange } from "./xmp-changes.ts"

/**
 * Changes properties of an XMP packet; every other character stays as it is. The result is UTF-8.
 * @param packet - `undefined` where the file has none: then one is made, if there is anything to write.
 * @returns the very packet when there is nothing to change
 * @throws MetadataError `METADATA_MALFORMED` when its markup is broken, so that nobody knows what another reader sees
 */
export function editXmp(packet: Uint8Array | undefined, changes: readonly XmpChange[]): Uint8Array | undefined {
  if (packet === undefined) {
    const written = changes.filter(({ twin, values }) => !twin && values !== null)
    if (written.length === 0) return undefined
    return new TextEncoder().encode(newPacket(written.map((change) => elementOf(change, undefined, "rdf")).join("")))
  }
  if (changes.length === 0) return packet
  const text = decodePacket(packet)
  const found = findProperties(text)
  if (found === undefined)
    throw new MetadataError("METADATA_MALFORMED", "Cannot edit file: the markup of its XMP is broken")
  const edited = apply(text, found, changes)
  return edited === text ? packet : new TextEncoder().encode(edited)
}

interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

function apply(text: string, found: FoundProperties, changes: readonly XmpChange[]): string {
  const splices: Splice[] = []
  const added: string[] = []
  for (const change of changes) {
    const here = found.properties.filter((property) => isMeant(property, change))
    const values = change.values
    // Of several the first element is written over, and the others go: they would say something else.
    const first = values === null ? undefined : here.find(({ written }) => written !== undefined)
    for (const property of here) {
      const { start, end } = property
      splices.push({ start, end, text: property === first ? elementOf(change, property, found.rdfPrefix) : "" })
    }
    if (values !== null && first === undefined && (here.length > 0 || !change.twin))
      added.push(elementOf(change, undefined, found.rdfPrefix))
  }
  if (added.length > 0) splices.push(insertion(found, added.join("")))
  const pieces: string[] = []
  let from = 0
  for (const splice of splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    pieces.push(text.slice(from, splice.start), splice.text)
    from = splice.end
  }
  pieces.push(text.slice(from))
  return pieces.join("")
}

/** Whether a change is about a property. */
export function isMeant({ namespace, name }: Pick<FoundProperty, "namespace" | "name">, change: XmpChange): boolean {
  if (namespace !== change.namespace) return false
  return change.name.endsWith("*") ? name.startsWith(change.name.slice(0, -1)) : name === change.name
}

/** Where new properties go: the end of the first node's start tag, which is opened where it was empty. */
function insertion({ node, rdfStart, rdfPrefix }: FoundProperties, elements: string): Splice {
  if (node === undefined) {
    const name = `${rdfPrefix}:Description`
    return { start: rdfStart, end: rdfStart, text: `<${name} ${rdfPrefix}:about="">${elements}</${name}>` }
  }
  if (!node.empty) return { start: node.end, end: node.end, text: elements }
  return { start: node.end - 2, end: node.end, text: `>${elements}</${node.name}>` }
}

/** @param old - The element in whose place it goes: its name is kept. */
function elementOf(
  { namespace, prefix, name, form, values }: XmpChange,
  old: FoundProperty | undefined,
  rdfPrefix: string,
): string {
  const written = old?.written ?? `${prefix}:${name}`
  const own = written.includes(":") ? `xmlns:${written.slice(0, written.indexOf(":"))}` : "xmlns"
  const declared = old?.declares === false ? "" : ` ${own}="${escaped(namespace)}"`
  const list = values ?? []
  if (form === "text") return `<${written}${declared}>${escaped(list[0] ?? "")}</${written}>`
  const language = form === "Alt" ? ' xml:lang="x-default"' : ""
  const items = list.map((item) => `<${rdfPrefix}:li${language}>${escaped(item)}</${rdfPrefix}:li>`).join("")
  return `<${written}${declared}><${rdfPrefix}:${form}>${items}</${rdfPrefix}:${form}></${written}>`
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\r", "&#13;")
}

/** ISO 16684-1 section 7.3.2: a packet with its marks, so that it can be found in a file of a format that is not known. */
function newPacket(properties: string): string {
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${rdf}"><rdf:Description rdf:about="">${properties}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
}
