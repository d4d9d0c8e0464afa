export const rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

/** The prefixes by which people know these namespaces (XMP specification part 1 section 8, part 2). */
const known = {
  [rdf]: "rdf",
  "http://www.w3.org/XML/1998/namespace": "xml",
  "http://purl.org/dc/elements/1.1/": "dc",
  "http://ns.adobe.com/xap/1.0/": "xmp",
  "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
  "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
  "http://ns.adobe.com/xap/1.0/bj/": "xmpBJ",
  "http://ns.adobe.com/xap/1.0/t/pg/": "xmpTPg",
  "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
  "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
  "http://ns.adobe.com/xmp/1.0/DynamicMedia/": "xmpDM",
  "http://ns.adobe.com/xmp/note/": "xmpNote",
  "http://ns.adobe.com/tiff/1.0/": "tiff",
  "http://ns.adobe.com/exif/1.0/": "exif",
  "http://ns.adobe.com/exif/1.0/aux/": "aux",
  "http://cipa.jp/exif/1.0/": "exifEX",
  "http://ns.adobe.com/photoshop/1.0/": "photoshop",
  "http://ns.adobe.com/camera-raw-settings/1.0/": "crs",
  "http://ns.adobe.com/hdr-gain-map/1.0/": "hdrgm",
  "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
  "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
  "http://ns.google.com/photos/1.0/camera/": "GCamera",
  "http://ns.google.com/photos/1.0/container/": "Container",
  "http://ns.google.com/photos/1.0/container/item/": "Item",
  "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
  "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
}
const prefixes: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(Object.entries(known))

/** The well-known prefix of a namespace, or the one that the file uses. */
export function prefixOf(namespace: string, written: string): string {
  return prefixes.get(namespace) ?? written
}

/** The namespace that a well-known prefix stands for. */
export function namespaceOf(prefix: string): string {
  const found = Object.entries(known).find(([, of]) => of === prefix)
  if (found === undefined) throw new TypeError(`Cannot name a namespace: ${prefix} is no well-known prefix`)
  return found[0]
}
