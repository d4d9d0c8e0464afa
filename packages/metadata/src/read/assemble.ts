import { mediaTypes, type FormatName } from "../detect-format.ts"
import { decodeExif, type DecodedExif } from "../exif/decode.ts"
import { readIcc } from "../icc/read-icc.ts"
import { readIptc } from "../iptc/read-iptc.ts"
import type { Issue } from "../walk/issue.ts"
import { readXmp, type Xmp } from "../xmp/read-xmp.ts"
import type { Blocks, ReadContext } from "./blocks.ts"
import { readCamera, readExposure } from "./camera.ts"
import { dateOf, readDates } from "./dates.ts"
import { readDescription } from "./description.ts"
import type { ClipFacts, Hidden, ImageMetadata, Orientation } from "./image-metadata.ts"
import { numberOf, readLocation, xmpNumber } from "./location.ts"

/** Decodes the blocks that a format's reader found, and puts the facts in one place each. */
export function assemble(
  format: FormatName,
  bytesRead: number,
  blocks: Blocks,
  { limits, wants }: ReadContext,
): ImageMetadata {
  const issues = [...blocks.issues]
  // Orientation always comes, and of most formats it stands in EXIF.
  const firstOnly = !wants("exif") && !wants("hidden")
  const decoded = blocks.exif === undefined ? undefined : decodeExif(blocks.exif, limits, { firstOnly })
  const xmp = wants("xmp") && blocks.xmp.length > 0 ? readXmp(blocks.xmp, limits, issues) : undefined
  const iptc = wants("iptc") && blocks.iptc !== undefined ? readIptc(blocks.iptc, issues) : undefined
  const icc = wants("icc") && blocks.icc !== undefined ? readIcc(blocks.icc) : undefined
  if (wants("icc") && blocks.icc !== undefined && icc === undefined)
    issues.push({ code: "bad-structure", where: "icc" })
  if (blocks.exif !== undefined && decoded === undefined) issues.push({ code: "bad-structure", where: "exif" })
  if (wants("exif")) issues.push(...(decoded?.issues ?? []))
  const exif = wants("exif") ? decoded?.exif : undefined
  const text = wants("text") ? blocks.text : undefined
  const groups = { exif, xmp, iptc, text }
  const located =
    wants("exif") || wants("xmp") ? readLocation(blocks.exif, wants("exif") ? decoded : undefined, xmp) : undefined
  const camera = readCamera(exif, xmp)
  const exposure = readExposure(exif, xmp)
  const description = readDescription(groups)
  const clip = clipOf(blocks)
  const metadata: { -readonly [Name in keyof ImageMetadata]: ImageMetadata[Name] } = {
    format,
    mediaType: mediaTypes[format],
    bytesRead,
    orientation: orientationOf(blocks, decoded),
    dates: readDates(groups, blocks),
    hidden: wants("hidden") ? hiddenOf(blocks, decoded, xmp) : {},
    issues: distinct(issues),
  }
  if (positive(blocks.width)) metadata.width = blocks.width
  if (positive(blocks.height)) metadata.height = blocks.height
  if (positive(blocks.bitDepth)) metadata.bitDepth = blocks.bitDepth
  if (blocks.animation !== undefined) metadata.animation = blocks.animation
  if (located !== undefined) metadata.location = located
  if (camera !== undefined) metadata.camera = camera
  if (exposure !== undefined) metadata.exposure = exposure
  if (description !== undefined) metadata.description = description
  if (exif !== undefined) metadata.exif = exif
  if (xmp !== undefined) metadata.xmp = xmp
  if (iptc !== undefined) metadata.iptc = iptc
  if (icc !== undefined) metadata.icc = icc
  if (blocks.png !== undefined) metadata.png = blocks.png
  if (text !== undefined) metadata.text = text
  if (wants("text") && blocks.comments.length > 0) metadata.comments = blocks.comments
  if (clip !== undefined) metadata.clip = clip
  return metadata
}

/** The container's own turns win (23008-12 annex A.2.1 says to ignore EXIF's). */
function orientationOf({ orientation }: Blocks, decoded: DecodedExif | undefined): Orientation {
  const value = orientation ?? numberOf(decoded?.exif.image?.["Orientation"]) ?? 1
  return isOrientation(value) ? value : 1
}

function isOrientation(value: number): value is Orientation {
  return Number.isInteger(value) && value >= 1 && value <= 8
}

function hiddenOf({ hidden }: Blocks, decoded: DecodedExif | undefined, xmp: Xmp | undefined): Hidden {
  if (decoded !== undefined) {
    const thumbnail = numberOf(decoded.exif.thumbnail?.["ThumbnailLength"])
    if (positive(thumbnail)) hidden.thumbnailBytes = thumbnail
    if (positive(decoded.makerNoteBytes)) hidden.makerNoteBytes = decoded.makerNoteBytes
  }
  if (xmp !== undefined) {
    const motion = motionPhoto(xmp)
    if (motion !== undefined) hidden.motionPhoto ??= motion
    // Adobe's gain map specification 1.0, table 1: required, whatever else is there.
    if (xmp["hdrgm:Version"] !== undefined) hidden.gainMap = true
  }
  return hidden
}

/** Google's motion photo format 1.0, and its forerunner MicroVideo. */
function motionPhoto(xmp: Xmp): Hidden["motionPhoto"] {
  const number = (name: string): number | undefined => xmpNumber(xmp[name]?.[0]?.text)
  if (number("GCamera:MotionPhoto") !== 1 && number("GCamera:MicroVideo") !== 1) return undefined
  const bytes = number("GCamera:MicroVideoOffset")
  return positive(bytes) ? { bytes } : {}
}

function clipOf({ clip }: Blocks): ClipFacts | undefined {
  if (clip === undefined) return undefined
  const { created, ...facts } = clip
  const date = dateOf(created, "container", "Z")
  if (date === undefined && Object.keys(facts).length === 0) return undefined
  return { ...facts, ...(date === undefined ? {} : { created: date }) }
}

function distinct(issues: readonly Issue[]): readonly Issue[] {
  if (issues.length < 2) return issues
  const seen = new Set<string>()
  return issues.filter(({ code, where }) => seen.size < seen.add(`${code} ${where}`).size)
}

function positive(value: number | undefined): value is number {
  return value !== undefined && value > 0
}
