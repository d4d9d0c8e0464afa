import { MetadataError, type MetadataErrorCode } from "../errors.ts"
import { connect } from "../worker/connect.ts"
import type { ErrorFacts, MessagePortLike } from "../worker/message-port.ts"
import { serve } from "../worker/serve.ts"
import type { EncodedPicture, Images } from "./images.ts"
import type { Fingerprint } from "./fingerprint.ts"

/** The worker's half: answers for `images`, such as `canvasImages()`. */
export function serveImages(scope: MessagePortLike, images: Images): void {
  serve(scope, {
    thumbnail: async ([picture, options], signal) =>
      await images.thumbnail(...([picture, { ...(options as object), signal }] as Parameters<Images["thumbnail"]>)),
    resize: async ([picture, options], signal) =>
      await images.resize(...([picture, { ...(options as object), signal }] as Parameters<Images["resize"]>)),
    watermark: async ([picture, options], signal) =>
      await images.watermark(...([picture, { ...(options as object), signal }] as Parameters<Images["watermark"]>)),
    fingerprint: async ([picture, options], signal) =>
      await images.fingerprint(...([picture, { ...(options as object), signal }] as Parameters<Images["fingerprint"]>)),
  })
}

/** The page's half: images in a worker that called {@link serveImages}. Pictures are copied to it; a Blob is not. */
export function connectImages(worker: MessagePortLike): Images {
  const connection = connect(worker, metadataErrorOf)
  const call = async (method: keyof Images, picture: unknown, options: { signal?: AbortSignal | undefined } = {}) => {
    const { signal, ...rest } = options
    return await connection.call(method, [picture, rest], signal)
  }
  return {
    thumbnail: async (picture, options) => (await call("thumbnail", picture, options)) as EncodedPicture,
    resize: async (picture, options) => (await call("resize", picture, options)) as EncodedPicture,
    watermark: async (picture, options) => (await call("watermark", picture, options)) as EncodedPicture,
    fingerprint: async (picture, options) => (await call("fingerprint", picture, options)) as Fingerprint,
  }
}

function metadataErrorOf({ code, message }: ErrorFacts): MetadataError | undefined {
  return code?.startsWith("METADATA_") ? new MetadataError(code as MetadataErrorCode, message) : undefined
}
