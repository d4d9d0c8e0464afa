import { rdf } from "../xmp/namespaces.ts"
import { tokens, type Attribute } from "../xmp/tokens.ts"

/** A property of one of the nodes of RDF: an attribute, or an element with all that is in it. Half-open. */
export interface FoundProperty {
  readonly namespace: string
  /** Without its prefix. */
  readonly name: string
  readonly start: number
  readonly end: number
  /** The name of the element as it is written; `undefined` for an attribute. */
  readonly written: string | undefined
  /** Whether its own start tag says what its prefix stands for. */
  readonly declares: boolean
}

export interface FoundProperties {
  readonly properties: readonly FoundProperty[]
  /** As the packet writes it before `RDF`. */
  readonly rdfPrefix: string
  /** Where what is in `rdf:RDF` begins. */
  readonly rdfStart: number
  /** The start tag of its first node. */
  readonly node: { readonly name: string; readonly end: number; readonly empty: boolean } | undefined
}

interface Scope {
  readonly declared: ReadonlyMap<string, string>
  readonly outer: Scope | undefined
}

const maxDepth = 64

/** Finds the properties of an XMP packet; `undefined` when its markup is broken, or holds no RDF. */
export function findProperties(text: string): FoundProperties | undefined {
  const properties: FoundProperty[] = []
  let node: FoundProperties["node"]
  let [rdfPrefix, rdfStart, rdfDepth] = ["", -1, -1]
  let scope: Scope | undefined
  const scopes: (Scope | undefined)[] = []
  let open: Omit<FoundProperty, "end"> | undefined
  const markup = tokens(text)
  let next = markup.next()
  for (; next.done !== true; next = markup.next()) {
    const token = next.value
    if (token.type === "text") continue
    if (token.type === "close") {
      if (scopes.length === 0) return undefined
      scope = scopes.pop()
      if (scopes.length === rdfDepth) rdfDepth = -2
      if (open !== undefined && scopes.length === rdfDepth + 2) {
        properties.push({ ...open, end: token.end })
        open = undefined
      }
      continue
    }
    const { name, attributes, empty, start, end } = token
    if (attributes.length >= 1024 || scopes.length >= maxDepth) return undefined
    const inner = withDeclarations(scope, attributes)
    const [namespace, local] = resolve(name, inner)
    if (rdfDepth === -1 && local === "RDF" && (namespace === rdf || name === "rdf:RDF")) {
      // An empty one cannot be told from a broken one, and holds nothing.
      if (empty || !name.includes(":")) return undefined
      rdfDepth = scopes.length
      rdfPrefix = name.slice(0, name.indexOf(":"))
      rdfStart = end
    } else if (rdfDepth >= 0 && scopes.length === rdfDepth + 1) {
      node ??= { name, end, empty }
      for (const attribute of attributes) {
        if (attribute.name.startsWith("xmlns")) continue
        const [of, property] = resolve(attribute.name, inner)
        const { start: from, end: to } = attribute
        if (of !== rdf)
          properties.push({ namespace: of, name: property, start: from, end: to, written: undefined, declares: false })
      }
    } else if (rdfDepth >= 0 && scopes.length === rdfDepth + 2) {
      const own = name.includes(":") ? `xmlns:${name.slice(0, name.indexOf(":"))}` : "xmlns"
      const declares = attributes.some((attribute) => attribute.name === own)
      const property = { namespace, name: local, start, written: name, declares }
      if (empty) properties.push({ ...property, end })
      else open = property
    }
    if (!empty) {
      scopes.push(scope)
      scope = inner
    }
  }
  if (!next.value || scopes.length > 0 || rdfStart === -1) return undefined
  return { properties, rdfPrefix, rdfStart, node }
}

function withDeclarations(outer: Scope | undefined, attributes: readonly Attribute[]): Scope | undefined {
  const declared = attributes.filter(({ name }) => name === "xmlns" || name.startsWith("xmlns:"))
  if (declared.length === 0) return outer
  return { declared: new Map(declared.map(({ name, value }) => [name.slice(6), value])), outer }
}

/** Namespace and name; the namespace is empty where its prefix is not declared. */
function resolve(written: string, scope: Scope | undefined): readonly [namespace: string, local: string] {
  const colon = written.indexOf(":")
  const prefix = written.slice(0, Math.max(0, colon))
  let found = scope
  while (found !== undefined && !found.declared.has(prefix)) found = found.outer
  return [found?.declared.get(prefix) ?? (prefix === "rdf" ? rdf : ""), written.slice(colon + 1)]
}
