/** The types that every browser with a camera decodes. */
export type PictureType = "image/jpeg" | "image/webp" | "image/png"

/** A picture as it will be sealed. Its `blob.type` is what its bytes are. */
export interface Photo {
  readonly blob: Blob
  /** In pixels, of the picture itself, upright. */
  readonly width: number
  readonly height: number
  /** `photo`: the camera's own still. `frame`: a frame of the preview. */
  readonly source: "photo" | "frame"
  /** The type of what the camera gave, by its bytes, before it was encoded anew, such as `image/png`. */
  readonly sourceType: string
  /** The size in pixels that the camera says its stills can have; devices do not always keep to it. */
  readonly largest?: { readonly width: number; readonly height: number } | undefined
  /** Milliseconds since 1970. */
  readonly takenAt: number
}

export interface TakePhotoOptions {
  /** Default `image/jpeg`. */
  readonly type?: PictureType | undefined
  /** Of JPEG and WebP, 0 to 1 (default 0.92). Only used when the camera's own picture is of another type. */
  readonly quality?: number | undefined
  /** `still` (default): the camera's own picture at its full size where there is one. `frame`: at once, as previewed. */
  readonly from?: "still" | "frame" | undefined
  readonly signal?: AbortSignal | undefined
}
