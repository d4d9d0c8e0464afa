import { readIptc } from "../iptc/read-iptc.ts"
import type { Limits } from "../limits.ts"
import { readXmp } from "../xmp/read-xmp.ts"
import { readKeptTags, trimmed, type KeptTags } from "./minimal-exif.ts"
import type { ScrubPolicy } from "./format-scrubber.ts"

/** Where a file speaks of its orientation and of its makers. */
export interface Sources {
  /** In file order. */
  readonly exif: readonly Uint8Array[]
  readonly xmp: readonly Uint8Array[]
  readonly iptc: readonly Uint8Array[]
}

/**
 * The tags that `policy` lets stay. Orientation comes from EXIF alone, as in every decoder; artist and copyright from
 * EXIF, else XMP, else IPTC.
 */
export function keptTags(sources: Sources, policy: ScrubPolicy, limits: Limits): KeptTags {
  const blocks = sources.exif.map((block) => readKeptTags(block, limits))
  const orientation = blocks.find((tags) => tags.orientation !== undefined)?.orientation
  const upright = orientation === undefined ? {} : { orientation }
  if (policy !== "share") return upright
  const written = fallback(sources, limits)
  const artist = blocks.find((tags) => tags.artist !== undefined)?.artist ?? written.artist
  const copyright = blocks.find((tags) => tags.copyright !== undefined)?.copyright ?? written.copyright
  return {
    ...upright,
    ...(artist === undefined ? {} : { artist }),
    ...(copyright === undefined ? {} : { copyright }),
  }
}

function fallback({ xmp, iptc }: Sources, limits: Limits): { artist?: Uint8Array; copyright?: Uint8Array } {
  const properties = readXmp(xmp, limits, [])
  const sets = iptc.map((block) => readIptc(block, [])).find((found) => found !== undefined)
  const encode = (text: string | undefined): Uint8Array | undefined =>
    text === undefined ? undefined : trimmed(new TextEncoder().encode(text))
  const creators = properties["dc:creator"]?.map(({ text }) => text) ?? sets?.["By-line"]
  const artist = encode(creators?.join("; "))
  const copyright = encode(properties["dc:rights"]?.[0]?.text ?? sets?.["CopyrightNotice"]?.[0])
  return { ...(artist === undefined ? {} : { artist }), ...(copyright === undefined ? {} : { copyright }) }
}
