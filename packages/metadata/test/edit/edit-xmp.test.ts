import { describe, expect, test } from "vitest"
import { checkChanges, type MetadataChanges } from "../../src/edit/changes.ts"
import { editXmp } from "../../src/edit/edit-xmp.ts"
import { xmpChanges } from "../../src/edit/xmp-changes.ts"
import { defaultLimits } from "../../src/limits.ts"
import { readXmp, type Xmp } from "../../src/xmp/read-xmp.ts"
import { xmpPacket } from "../fixtures/packets.ts"

function edit(packet: string | Uint8Array, changes: MetadataChanges): string {
  const bytes = typeof packet === "string" ? new TextEncoder().encode(packet) : packet
  return new TextDecoder().decode(editXmp(bytes, xmpChanges(checkChanges(changes))))
}
const read = (packet: string): Xmp => readXmp([new TextEncoder().encode(packet)], defaultLimits, [])

describe("editXmp()", () => {
  test("writes over an element in its place and leaves every other character", () => {
    const packet = xmpPacket(
      "<!-- a --><dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator>  <x:odd xmlns:x='u'/>",
    )
    expect(edit(packet, { artists: ["B & C"] })).toBe(packet.replace("Ada", "B &amp; C"))
  })

  test("turns an attribute into an element, and opens a node that was empty", () => {
    const rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    const packet = `<rdf:RDF ${rdf}><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="1" xmp:Label="red"/></rdf:RDF>`
    const edited = edit(packet, { rating: 5 })
    expect(read(edited)).toEqual({ "xmp:Rating": [{ text: "5" }], "xmp:Label": [{ text: "red" }] })
    expect(edit(edited, { rating: 5 })).toBe(edited)
  })

  test("goes by namespace, not by prefix, and uses the packet's own prefix of RDF", () => {
    const packet = `<R:RDF xmlns:R="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><R:Description xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:dc="other:"><d:subject><R:Bag><R:li>old</R:li></R:Bag></d:subject><dc:subject>stays</dc:subject></R:Description></R:RDF>`
    expect(edit(packet, { keywords: ["new"] })).toBe(packet.replace("old", "new"))
  })

  test("leaves one of several that say the same, and every language but the default goes", () => {
    const title =
      '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A</rdf:li><rdf:li xml:lang="de">B</rdf:li></rdf:Alt></dc:title>'
    const edited = edit(xmpPacket(`${title}${title}`), { title: "C" })
    expect(read(edited)).toEqual({ "dc:title": [{ text: "C", language: "x-default" }] })
  })

  test("removes all of a place", () => {
    const packet = xmpPacket(
      "<exif:GPSDestLatitude>1</exif:GPSDestLatitude><exif:Flash>0</exif:Flash>",
      ' exif:GPSLatitude="1,2N"',
    )
    expect(read(edit(packet, { location: null }))).toEqual({ "exif:Flash": [{ text: "0" }] })
  })

  test("writes a place as its specification does", () => {
    const packet = xmpPacket("", ' exif:GPSLatitude="1,2N" exif:GPSLongitude="1,2E" exif:GPSAltitude="9/1"')
    const edited = read(edit(packet, { location: { latitude: -33.5, longitude: 10.25 } }))
    expect(edited).toEqual({
      "exif:GPSLatitude": [{ text: "33,30.00S" }],
      "exif:GPSLongitude": [{ text: "10,15.00E" }],
    })
  })

  test("reads UTF-16 and writes UTF-8", () => {
    const packet = xmpPacket("<dc:creator><rdf:Seq><rdf:li>Ä</rdf:li></rdf:Seq></dc:creator><dc:source>Ö</dc:source>")
    const wide = new Uint8Array(Uint16Array.from(`\ufeff${packet}`, (letter) => letter.charCodeAt(0)).buffer)
    expect(read(edit(wide, { artists: ["太"] }))).toEqual({
      "dc:creator": [{ text: "太" }],
      "dc:source": [{ text: "Ö" }],
    })
  })

  test.each(["<rdf:RDF", xmpPacket("<dc:title>"), "no markup", xmpPacket("</dc:title></dc:title>")])(
    "refuses %s",
    (packet) => {
      expect(() => edit(packet, { title: "T" })).toThrow(expect.objectContaining({ code: "METADATA_MALFORMED" }))
    },
  )
})
