import type { Exif } from "../exif/decode.ts"
import type { Iptc } from "../iptc/read-iptc.ts"
import type { PngText } from "../png/read-text.ts"
import type { Xmp, XmpText } from "../xmp/read-xmp.ts"
import type { Description } from "./image-metadata.ts"
import { some } from "./known-fields.ts"
import { numberOf, textOf, xmpNumber } from "./location.ts"

interface Groups {
  readonly exif?: Exif | undefined
  readonly xmp?: Xmp | undefined
  readonly iptc?: Iptc | undefined
  readonly text?: readonly PngText[] | undefined
}

/** What a person wrote, each field from the first group that has it: EXIF, XMP, IPTC, PNG text. */
export function readDescription({ exif, xmp, iptc, text }: Groups): Description | undefined {
  const image = exif?.image ?? {}
  const png = (keyword: string): string | undefined =>
    text?.find((found) => found.keyword.length === keyword.length && found.keyword.toLowerCase() === keyword)?.text ||
    undefined
  const artist = textOf(image["Artist"])
  return some({
    title: textOf(image["XPTitle"]) ?? inLanguage(xmp?.["dc:title"]) ?? iptc?.["ObjectName"]?.[0] ?? png("title"),
    description:
      textOf(image["ImageDescription"]) ??
      inLanguage(xmp?.["dc:description"]) ??
      iptc?.["Caption-Abstract"]?.[0] ??
      png("description"),
    artists:
      artist === undefined
        ? (all(xmp?.["dc:creator"]) ?? iptc?.["By-line"] ?? listOf(png("author")))
        : artist.split(/\s*;\s*/u),
    copyright:
      textOf(image["Copyright"]) ??
      inLanguage(xmp?.["dc:rights"]) ??
      iptc?.["CopyrightNotice"]?.[0] ??
      png("copyright"),
    software: textOf(image["Software"]) ?? xmp?.["xmp:CreatorTool"]?.[0]?.text ?? png("software"),
    keywords: all(xmp?.["dc:subject"]) ?? iptc?.["Keywords"] ?? listOf(textOf(image["XPKeywords"])?.split(/\s*;\s*/u)),
    rating: ratingOf(xmpNumber(xmp?.["xmp:Rating"]?.[0]?.text) ?? numberOf(image["Rating"])),
  })
}

/** Of a language alternative the default, else the first. */
export function inLanguage(values: readonly XmpText[] | undefined): string | undefined {
  return (values?.find(({ language }) => language === "x-default") ?? values?.[0])?.text || undefined
}

function all(values: readonly XmpText[] | undefined): readonly string[] | undefined {
  return values === undefined ? undefined : listOf(values.map(({ text }) => text).filter((text) => text !== ""))
}

function listOf(value: string | readonly string[] | undefined): readonly string[] | undefined {
  if (value === undefined || value.length === 0) return undefined
  return typeof value === "string" ? [value] : value
}

function ratingOf(value: number | undefined): number | undefined {
  return value !== undefined && value >= -1 && value <= 5 ? value : undefined
}
