import type { ImageMetadata, LocalDate } from "@darkslide/metadata"
import { detailStrings as words } from "../detail-strings.ts"
import { sizeInWords, takenInWords } from "../parts/figures.ts"

export interface FactGroup {
  readonly title: string
  readonly rows: readonly (readonly [label: string, value: string])[]
}

type Rows = readonly (readonly [label: string, value: string | number | undefined])[]

const figures = new Intl.NumberFormat("en", { maximumFractionDigits: 2 })
const { fields, groups } = words

/** What a file says about itself, in the order in which a person asks. Groups without a fact are not there. */
export function factGroups(
  metadata: ImageMetadata,
  file: { readonly fileName?: string | undefined },
): readonly FactGroup[] {
  const { camera, description, icc, png, clip, animation, dates } = metadata
  const { width, height, bitDepth, comments } = metadata
  return [
    group(groups.time, [
      ...dateRows(fields.taken, dates.taken),
      ...dateRows(fields.digitized, differing(dates.digitized, dates.taken)),
      ...dateRows(fields.modified, differing(dates.modified, dates.taken)),
      ...dateRows(fields.clipCreated, clip?.created),
    ]),
    group(groups.camera, [
      [fields.make, camera?.make],
      [fields.model, camera?.model],
      [fields.serial, camera?.serialNumber],
      [fields.lens, [camera?.lensMake, camera?.lensModel].filter(Boolean).join(" ")],
      [fields.lensSerial, camera?.lensSerialNumber],
      [fields.owner, camera?.owner],
    ]),
    group(groups.exposure, exposureRows(metadata)),
    group(groups.description, [
      [fields.title, description?.title ?? clip?.title],
      [fields.text, description?.description],
      [fields.artist, description?.artists?.join(", ")],
      [fields.copyright, description?.copyright],
      [fields.keywords, description?.keywords?.join(", ")],
      [fields.rating, description?.rating],
      [fields.software, description?.software],
      [fields.comment, comments?.join("\n")],
    ]),
    group(groups.colour, [
      [fields.profile, icc?.description ?? png?.profileName],
      [fields.space, icc?.colorSpace],
      [fields.bitDepth, bitDepth],
      [fields.gamma, png?.gamma === undefined ? undefined : figures.format(png.gamma)],
    ]),
    group(groups.clip, [
      [fields.duration, clip?.durationSeconds === undefined ? undefined : `${figures.format(clip.durationSeconds)} s`],
      [fields.applications, clip?.applications?.join(", ")],
    ]),
    group(groups.file, [
      [fields.name, file.fileName],
      [fields.format, metadata.mediaType],
      [fields.pixels, width === undefined || height === undefined ? undefined : `${width} × ${height}`],
      [fields.orientation, metadata.orientation === 1 ? undefined : words.orientations[metadata.orientation]],
      [fields.frames, animation?.frames],
    ]),
  ].filter(({ rows }) => rows.length > 0)
}

/** What an ordinary viewer does not show, in words. */
export function hiddenThings({ hidden }: ImageMetadata): readonly string[] {
  const things = words.hiddenThings
  return [
    hidden.trailerBytes && things.trailer(sizeInWords(hidden.trailerBytes)),
    hidden.thumbnailBytes && things.thumbnail(sizeInWords(hidden.thumbnailBytes)),
    hidden.makerNoteBytes && things.makerNote(sizeInWords(hidden.makerNoteBytes)),
    hidden.motionPhoto && things.motion,
    hidden.c2pa && things.c2pa,
    hidden.otherPictures && things.others(hidden.otherPictures),
    hidden.gainMap && things.gainMap,
    hidden.applicationBlocks && things.blocks(hidden.applicationBlocks),
  ].filter((thing) => typeof thing === "string")
}

function exposureRows({ exposure }: ImageMetadata): Rows {
  const { timeSeconds: time, fNumber, iso, focalLengthMm, focalLength35mm, compensationEv, flashFired } = exposure ?? {}
  return [
    [fields.exposureTime, time === undefined ? undefined : exposureTime(time)],
    [fields.aperture, fNumber === undefined ? undefined : `f/${figures.format(fNumber)}`],
    [fields.iso, iso],
    [fields.focalLength, focalLengthMm === undefined ? undefined : `${figures.format(focalLengthMm)} mm`],
    [fields.focalLength35, focalLength35mm === undefined ? undefined : `${figures.format(focalLength35mm)} mm`],
    [fields.compensation, compensationEv === undefined ? undefined : `${figures.format(compensationEv)} EV`],
    [fields.flash, flashFired === undefined ? undefined : fields.flashes[flashFired ? "fired" : "not"]],
  ]
}

/** `1/250 s`, or `2.5 s`. */
function exposureTime(seconds: number): string {
  return seconds > 0 && seconds < 0.4 ? `1/${Math.round(1 / seconds)} s` : `${figures.format(seconds)} s`
}

function dateRows(label: string, date: LocalDate | undefined): Rows {
  if (date === undefined) return []
  const { local, offset } = date
  return [
    [label, takenInWords({ local })],
    [fields.zone, offset === undefined ? fields.noZone : offset === "Z" ? "UTC" : `UTC${offset}`],
  ]
}

function differing(date: LocalDate | undefined, from: LocalDate | undefined): LocalDate | undefined {
  return date?.local === from?.local ? undefined : date
}

function group(title: string, rows: Rows): FactGroup {
  const known = rows.flatMap(([label, value]) =>
    value === undefined || value === "" ? [] : [[label, String(value)] as const],
  )
  return { title, rows: known }
}
