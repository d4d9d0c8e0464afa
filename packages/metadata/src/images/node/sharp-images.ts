import type { Sharp, SharpOptions } from "sharp"
import { MetadataError } from "../../errors.ts"
import type { EncodeJob, ImageBackend, KnownPicture } from "../backend.ts"
import type { Size } from "../geometry.ts"
import { imagesOn, type Images } from "../images.ts"

type SharpModule = (input?: Uint8Array, options?: SharpOptions) => Sharp

/**
 * Images by sharp, an optional peer dependency that an application in Node installs itself.
 * @throws Error when sharp is not installed.
 */
export async function sharpImages(): Promise<Images> {
  const { default: sharp } = await import("sharp")
  return imagesOn(sharpBackend(sharp))
}

function sharpBackend(sharp: SharpModule): ImageBackend {
  return {
    async encode(picture, job, signal) {
      const upright = await drawn(sharp, picture, job, signal)
      if (job.overlay) {
        const { png, opacity, places } = job.overlay
        const input = await decoded(
          sharp(png).ensureAlpha().linear([1, 1, 1, opacity], [0, 0, 0, 0]).png({ compressionLevel: 0 }),
        )
        upright.composite(places.map((place) => ({ input, ...place })))
      }
      return await decoding(format(upright, job))
    },

    async pixels(picture, size, signal) {
      const flat = { ...size, mediaType: "image/png" } as const
      const upright = await drawn(sharp, { ...picture, facts: { ...picture.facts, wideColour: false } }, flat, signal)
      return await decoding(upright.ensureAlpha().raw())
    },

    async renderText(text, height) {
      const escaped = text.replaceAll(/[&<>"']/gu, (letter) => `&#${letter.codePointAt(0) ?? 0};`)
      const edge = Math.max(1, height / 12)
      const [width, tall] = [Math.ceil(text.length * height * 1.2 + 4 * edge), Math.ceil(height * 1.6 + 4 * edge)]
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${tall}"><text x="${2 * edge}" y="${
        height + edge
      }" font-family="system-ui, sans-serif" font-weight="600" font-size="${height}" fill="white" stroke="black" stroke-opacity="0.6" stroke-width="${
        2 * edge
      }" stroke-linejoin="round" paint-order="stroke" xml:space="preserve">${escaped}</text></svg>`
      return await decoding(sharp(new TextEncoder().encode(svg)).trim({ threshold: 0 }).png())
    },
  }
}

/** Decodes, resizes and turns; what is encoded of it next keeps wide colours. */
async function drawn(
  sharp: SharpModule,
  { bytes, facts, maxPixels }: KnownPicture,
  job: Size & Pick<EncodeJob, "mediaType"> & { readonly overlay?: unknown },
  signal: AbortSignal | undefined,
): Promise<Sharp> {
  const { orientation, wideColour } = facts
  const stored = orientation >= 5 ? { width: job.height, height: job.width } : job
  const source = sharp(bytes, {
    limitInputPixels: Math.min(maxPixels, 0x3fff ** 2),
    failOn: "error",
    sequentialRead: true,
  })
  const sized = source.resize(stored.width, stored.height, { fit: "fill" })
  if (job.mediaType === "image/jpeg") sized.flatten({ background: "white" })
  // Wide colours are computed in 16 bits, then said in sharp's own small Display P3 profile: the source's own may name
  // a monitor.
  if (wideColour) sized.pipelineColourspace("rgb16").withIccProfile("p3")
  else sized.toColourspace("srgb")
  if (orientation === 1 && job.overlay === undefined) return sized
  signal?.throwIfAborted()
  const input = await decoded(sized.png({ compressionLevel: 0 }))
  signal?.throwIfAborted()
  const upright = sharp(input, { limitInputPixels: false })
  if (wideColour) upright.keepIccProfile()
  return turn(upright, orientation)
}

/** sharp mirrors before it rotates, whatever the order of the calls. */
function turn(picture: Sharp, orientation: number): Sharp {
  switch (orientation) {
    case 2:
      return picture.flop()
    case 3:
      return picture.rotate(180)
    case 4:
      return picture.flip()
    case 5:
      return picture.flop().rotate(270)
    case 6:
      return picture.rotate(90)
    case 7:
      return picture.flop().rotate(90)
    case 8:
      return picture.rotate(270)
    default:
      return picture
  }
}

function format(picture: Sharp, { mediaType, quality }: EncodeJob): Sharp {
  const percent = Math.max(1, Math.round(quality * 100))
  if (mediaType === "image/jpeg") return picture.jpeg({ quality: percent })
  return mediaType === "image/webp" ? picture.webp({ quality: percent }) : picture.png()
}

async function decoding(picture: Sharp): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await decoded(picture))
}

async function decoded(picture: Sharp): Promise<Buffer> {
  try {
    return await picture.toBuffer()
  } catch (cause) {
    throw new MetadataError("METADATA_MALFORMED", "Cannot decode picture: its pixels are broken", { cause })
  }
}
