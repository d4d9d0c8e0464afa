import type { FormatName } from "../detect-format.ts"
import type { Exif } from "../exif/decode.ts"
import type { Icc } from "../icc/read-icc.ts"
import type { Iptc } from "../iptc/read-iptc.ts"
import type { PngText } from "../png/read-text.ts"
import type { Issue } from "../walk/issue.ts"
import type { Xmp } from "../xmp/read-xmp.ts"

/** How a stored picture is to be turned to stand upright (Exif 3.0, tag 0112): 1 as it is, 3 by 180°, 6 by 90° clockwise … */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** A time as the clock of the camera showed it. Never shifted into the zone of the machine that reads it. */
export interface LocalDate {
  /**
   * ISO 8601 without a zone: `2024-05-06T07:08:09`, with a fraction if there was one; only `2024-05-06` or `2024-05`
   * where the file has no more.
   */
  readonly local: string
  /** `+02:00`, `-09:30` or `Z`; absent when the file does not say. */
  readonly offset?: string
  /** Where it was found, such as `exif:DateTimeOriginal`, `xmp:photoshop:DateCreated`, `png:tIME`. */
  readonly source: string
}

/** A place on earth. */
export interface Location {
  /** Degrees, north positive, -90 to 90. */
  readonly latitude: number
  /** Degrees, east positive, -180 to 180. */
  readonly longitude: number
  /** The smallest step that the numbers in the file can express, in degrees; absent when unknown. */
  readonly precisionDegrees?: number
  /** Above sea level, below it negative. */
  readonly altitudeMeters?: number
  /** Radius of the error as the receiver gave it. */
  readonly errorMeters?: number
  /** Where the camera looked, degrees from north, clockwise, 0 to 360. */
  readonly directionDegrees?: number
  readonly directionFrom?: "true north" | "magnetic north"
  /** Geodetic datum as written, such as `WGS-84`. */
  readonly datum?: string
  /** By the satellites' clock, so in UTC. */
  readonly time?: LocalDate
  readonly source: "exif" | "xmp"
}

export interface Camera {
  readonly make?: string
  readonly model?: string
  readonly serialNumber?: string
  readonly lensMake?: string
  readonly lensModel?: string
  readonly lensSerialNumber?: string
  readonly owner?: string
}

export interface Exposure {
  readonly timeSeconds?: number
  readonly fNumber?: number
  readonly iso?: number
  readonly focalLengthMm?: number
  readonly focalLength35mm?: number
  /** Steps of EV. */
  readonly compensationEv?: number
  readonly flashFired?: boolean
}

/** What a person wrote about the picture; from EXIF, else XMP, else IPTC, else PNG text. All versions stand in the groups. */
export interface Description {
  readonly title?: string
  readonly description?: string
  readonly artists?: readonly string[]
  readonly copyright?: string
  readonly software?: string
  readonly keywords?: readonly string[]
  /** -1 (rejected) to 5. */
  readonly rating?: number
}

export interface Animation {
  /** Absent when the file was read only in part. */
  readonly frames?: number
  /** 0 means for ever. */
  readonly plays?: number
}

/** The header and single-purpose chunks of a PNG, apart from its text. */
export interface PngFacts {
  readonly bitDepth: number
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colorType: number
  /** 0 none, 1 Adam7. */
  readonly interlace: number
  readonly pixelsPerUnit?: { readonly x: number; readonly y: number; readonly unit: "meter" | "unknown" }
  readonly gamma?: number
  /** 0 perceptual, 1 relative, 2 saturation, 3 absolute. */
  readonly srgbIntent?: number
  /** ITU-T H.273 code points. */
  readonly cicp?: {
    readonly primaries: number
    readonly transfer: number
    readonly matrix: number
    readonly fullRange: boolean
  }
  /** The free name of the ICC profile. */
  readonly profileName?: string
  /** Every chunk in order, neighbours of one name once. */
  readonly chunks: readonly string[]
}

/** Of a clip. */
export interface ClipFacts {
  readonly durationSeconds?: number
  /** Programs that made it, as they name themselves. */
  readonly applications?: readonly string[]
  readonly title?: string
  readonly created?: LocalDate
}

/** What an ordinary viewer does not show. */
export interface Hidden {
  /** Bytes after the end of the picture. */
  readonly trailerBytes?: number
  /** Of the preview inside EXIF. */
  readonly thumbnailBytes?: number
  readonly makerNoteBytes?: number
  /** A moving clip with the still: named by XMP, or found in the trailer. */
  readonly motionPhoto?: { readonly bytes?: number }
  /** Signed provenance (C2PA) is there; it was not verified. */
  readonly c2pa?: boolean
  /** More pictures behind the first (MPF). */
  readonly otherPictures?: number
  /** A gain map for bright displays. */
  readonly gainMap?: boolean
  /** Private blocks of programs. */
  readonly applicationBlocks?: number
}

/** All that was found in one file. Plain data: it can be cloned, stored and sent. */
export interface ImageMetadata {
  readonly format: FormatName
  readonly mediaType: string
  /** How many bytes were looked at: fewer than a Blob has, when its beginning was enough. */
  readonly bytesRead: number
  /** Pixels as stored, before turning. Absent when not even that could be read. */
  readonly width?: number
  readonly height?: number
  readonly orientation: Orientation
  /** Bits of one sample. */
  readonly bitDepth?: number
  readonly animation?: Animation
  readonly dates: {
    readonly taken?: LocalDate
    readonly digitized?: LocalDate
    readonly modified?: LocalDate
  }
  readonly location?: Location
  readonly camera?: Camera
  readonly exposure?: Exposure
  readonly description?: Description
  readonly exif?: Exif
  readonly xmp?: Xmp
  readonly iptc?: Iptc
  readonly icc?: Icc
  readonly png?: PngFacts
  readonly text?: readonly PngText[]
  /** JPEG and GIF comments. */
  readonly comments?: readonly string[]
  readonly clip?: ClipFacts
  readonly hidden: Hidden
  readonly issues: readonly Issue[]
}
