/** A codec in a file that holds it. */
export interface ClipFormat {
  readonly codec: "avc" | "vp8" | "vp9" | "av1"
  readonly container: "mp4" | "webm"
}

/** What is tried, in this order, unless the caller says otherwise: what plays in most places comes first. */
export const clipFormats: readonly ClipFormat[] = [
  { codec: "avc", container: "mp4" },
  { codec: "vp9", container: "mp4" },
  { codec: "vp9", container: "webm" },
  { codec: "vp8", container: "webm" },
  { codec: "av1", container: "mp4" },
]

/** Such as `video/mp4`, without parameters: what a capture's record takes. */
export function mediaTypeOf({ container }: Pick<ClipFormat, "container">): string {
  return `video/${container}`
}

export interface PictureRate {
  readonly width: number
  readonly height: number
  /** Frames a second. */
  readonly frameRate: number
}

/**
 * The codec string of the lowest level that holds such a picture: avc (ITU-T H.264 Annex A), vp09 (VP9 codec ISO media
 * binding), av01 (AV1 codec ISO media binding).
 */
export function codecString(codec: ClipFormat["codec"], picture: PictureRate): string {
  const blocks = Math.ceil(picture.width / 16) * Math.ceil(picture.height / 16)
  const level = levels.find(
    (each) => blocks <= each.blocks && blocks * picture.frameRate <= each.blocksPerSecond * rateTolerance,
  )
  const { avc, vp9, av1 } = level ?? topLevel
  switch (codec) {
    case "avc":
      return `avc1.4200${avc}`
    case "vp8":
      return "vp8"
    case "vp9":
      return `vp09.00.${vp9}.08`
    case "av1":
      return `av01.0.${av1}M.08`
  }
}

/** Bits a second that keep a moving picture clear: a tenth of a bit for each pixel shown. */
export function defaultBitrate({ width, height, frameRate }: PictureRate): number {
  return Math.round(width * height * frameRate * 0.1)
}

/** A camera that says 30 gives 30.02. */
const rateTolerance = 1.05

/** In 16 x 16 blocks; H.264 table A-1. The other codecs' level of that name holds at least as much. */
const levels = [
  { blocks: 1620, blocksPerSecond: 40_500, avc: "1e", vp9: "30", av1: "04" },
  { blocks: 3600, blocksPerSecond: 108_000, avc: "1f", vp9: "31", av1: "05" },
  { blocks: 8192, blocksPerSecond: 245_760, avc: "28", vp9: "41", av1: "08" },
  { blocks: 8704, blocksPerSecond: 522_240, avc: "2a", vp9: "41", av1: "09" },
  { blocks: 36_864, blocksPerSecond: 983_040, avc: "33", vp9: "51", av1: "13" },
]
const topLevel = { avc: "34", vp9: "52", av1: "14" }
