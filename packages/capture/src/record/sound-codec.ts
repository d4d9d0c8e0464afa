import type { ClipFormat } from "./clip-format.ts"

/** How sound is written: Opus in either container, AAC in MP4 where there is no Opus. */
export type SoundCodec = "opus" | "aac"

/** Bits a second for each channel: speech and noises of a house stay clear. */
const bitratePerChannel = 48_000

/** RFC 6381 names. */
const codecStrings: Readonly<Record<SoundCodec, string>> = { opus: "opus", aac: "mp4a.40.2" }

/** What may be in such a file, what is wanted most first. */
export function soundCodecs(container: ClipFormat["container"]): readonly SoundCodec[] {
  return container === "mp4" ? ["opus", "aac"] : ["opus"]
}

export function soundCodecString(codec: SoundCodec): string {
  return codecStrings[codec]
}

export function soundEncoderConfig(
  codec: SoundCodec,
  sound: { readonly sampleRate: number; readonly numberOfChannels: number },
): AudioEncoderConfig {
  const { sampleRate, numberOfChannels } = sound
  return { codec: codecStrings[codec], sampleRate, numberOfChannels, bitrate: bitratePerChannel * numberOfChannels }
}
