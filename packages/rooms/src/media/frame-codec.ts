import { av1 } from "./envelopes/av1.ts"
import { bare } from "./envelopes/bare.ts"
import type { Envelope } from "./envelopes/envelope.ts"
import { h264 } from "./envelopes/h264.ts"
import { vp8 } from "./envelopes/vp8.ts"

/** The codecs whose frames are sealed. Frames of others are not sent, and not shown. */
export type FrameCodec = "vp8" | "vp9" | "av1" | "h264" | "opus"

export const envelopes: Readonly<Record<FrameCodec, Envelope>> = { vp8, vp9: bare, av1, h264, opus: bare }

/** @param mimeType - Such as `video/VP8`. @returns `undefined` for a codec that has no envelope. */
export function frameCodecOf(mimeType: string | undefined): FrameCodec | undefined {
  switch (mimeType?.toLowerCase()) {
    case "video/vp8":
      return "vp8"
    case "video/vp9":
      return "vp9"
    case "video/av1":
      return "av1"
    case "video/h264":
      return "h264"
    case "audio/opus":
      return "opus"
    default:
      return undefined
  }
}
