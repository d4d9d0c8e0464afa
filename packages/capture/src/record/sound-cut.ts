import type { ClipAudio } from "./recorder.ts"
import type { SoundCodec } from "./sound-codec.ts"
import type { SoundPacket } from "./sound-encoder.ts"

/** The sound of a clip or a segment: what begins within its picture. Times are in seconds from where it begins. */
export interface SoundCut {
  readonly audio: ClipAudio
  readonly packets: readonly {
    readonly data: Uint8Array<ArrayBuffer>
    readonly seconds: number
    readonly duration: number
    readonly config: AudioDecoderConfig
  }[]
}

/** Silence that nobody hears, in microseconds: what lies between two packets, or between picture and sound. */
const unheardUs = 40_000

/** @param range - By the microphone's clock. @returns `undefined` for no sound at all: such a file gets no track for it. */
export function soundCut(
  codec: SoundCodec,
  packets: readonly SoundPacket[],
  { startUs, endUs }: { readonly startUs: number; readonly endUs: number },
): SoundCut | undefined {
  if (packets.length === 0) return undefined
  return {
    audio: { codec, missingSeconds: missingUs(packets, startUs, endUs) / 1e6 },
    packets: packets.map(({ data, timestampUs, durationUs, config }) => ({
      data,
      config,
      seconds: (timestampUs - startUs) / 1e6,
      // The file ends with its picture: that is where the next segment begins.
      duration: Math.min(durationUs, endUs - timestampUs) / 1e6,
    })),
  }
}

function missingUs(packets: readonly SoundPacket[], startUs: number, endUs: number): number {
  let [missing, untilUs] = [0, startUs]
  for (const { timestampUs, durationUs } of [...packets, { timestampUs: endUs, durationUs: 0 }]) {
    const gapUs = timestampUs - untilUs
    if (gapUs > unheardUs) missing += gapUs
    untilUs = timestampUs + durationUs
  }
  return missing
}
