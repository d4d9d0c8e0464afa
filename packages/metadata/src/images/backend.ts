import type { Size } from "./geometry.ts"
import type { PictureFacts } from "./picture-facts.ts"

/** A picture whose headers were read and found within the limits. */
export interface KnownPicture {
  readonly bytes: Uint8Array
  readonly facts: PictureFacts
  readonly maxPixels: number
}

export type PictureType = "image/jpeg" | "image/png" | "image/webp"

/** A mark, drawn at each of `places`; wholly within the picture. */
export interface Overlay extends Size {
  readonly png: Uint8Array
  /** 0 to 1. */
  readonly opacity: number
  readonly places: readonly { readonly left: number; readonly top: number }[]
}

/** What is to be made of a picture: upright, of this very size. */
export interface EncodeJob extends Size {
  readonly mediaType: PictureType
  /** 0 to 1. */
  readonly quality: number
  readonly overlay?: Overlay | undefined
}

/**
 * A decoder, a resampler and encoders. All sizes are upright: a backend turns the picture by `facts.orientation` itself
 * and keeps its decoder from doing so. Wide colours stay, as Display P3; everything else becomes sRGB.
 * @throws MetadataError `METADATA_MALFORMED` when the picture cannot be decoded, `METADATA_UNSUPPORTED` when it cannot be
 * encoded here.
 */
export interface ImageBackend {
  encode(picture: KnownPicture, job: EncodeJob, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>>
  /** Upright pixels: red, green, blue and alpha, not premultiplied, in sRGB. */
  pixels(picture: KnownPicture, size: Size, signal: AbortSignal | undefined): Promise<Uint8ClampedArray | Uint8Array>
  /** Text in one line, white with a dark edge, as a PNG on nothing, about `height` pixels high. */
  renderText(text: string, height: number): Promise<Uint8Array>
}
