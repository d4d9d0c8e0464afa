import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
} from "mediabunny"
import type { ClipFormat } from "./clip-format.ts"
import { missedFrames } from "./missed-frames.ts"
import { endOf, type Packet } from "./packet-ring.ts"
import type { ClipAudio } from "./recorder.ts"
import type { SoundCut } from "./sound-cut.ts"

/** A finite file, and what is in it. */
export interface MuxedClip {
  readonly bytes: ArrayBuffer
  readonly durationSeconds: number
  readonly frames: number
  readonly dropped: number
  readonly missed: number
  readonly longestGapSeconds: number
  readonly audio: ClipAudio | undefined
}

/**
 * Writes packets, of which the first is a key frame, into a file that starts at time 0 and says how long it is.
 * @param more.endUs - Until when the last one lasts, by the packets' clock; where nobody knows, as long as the one before.
 */
export async function muxPackets(
  packets: readonly Packet[],
  format: ClipFormat,
  more: { readonly endUs?: number | undefined; readonly sound?: SoundCut | undefined } = {},
): Promise<MuxedClip> {
  const { endUs, sound } = more
  const source = new EncodedVideoPacketSource(format.codec)
  const target = new BufferTarget()
  const output = new Output({ format: outputFormat(format.container), target })
  output.addVideoTrack(source)
  const soundSource = sound && new EncodedAudioPacketSource(sound.audio.codec)
  if (soundSource) output.addAudioTrack(soundSource)
  await output.start()
  const times = timesOf(packets, endUs)
  for (const [index, { data, isKey, config }] of packets.entries()) {
    const { seconds, duration } = times[index] as Time
    const packet = new EncodedPacket(data, isKey ? "key" : "delta", seconds, duration)
    await source.add(packet, index === 0 ? { decoderConfig: config } : undefined)
  }
  for (const { data, seconds, duration, config } of sound?.packets ?? [])
    await soundSource?.add(new EncodedPacket(data, "key", seconds, duration), { decoderConfig: config })
  await output.finalize()
  if (!target.buffer) throw new Error("the muxer gave no file")
  const last = times.at(-1)
  const durations = times.slice(0, -1).map(({ duration }) => duration)
  const dropped = packets.slice(1).reduce((sum, packet) => sum + packet.droppedBefore, 0)
  return {
    bytes: target.buffer,
    durationSeconds: last ? last.seconds + last.duration : 0,
    frames: packets.length,
    dropped,
    missed: Math.max(0, missedFrames(durations) - dropped),
    longestGapSeconds: durations.reduce((longest, duration) => Math.max(longest, duration), 0),
    audio: sound?.audio,
  }
}

/** MP4 with its index in front, so that it plays while it is still being fetched. */
export function outputFormat(container: ClipFormat["container"]): Mp4OutputFormat | WebMOutputFormat {
  return container === "mp4" ? new Mp4OutputFormat({ fastStart: "in-memory" }) : new WebMOutputFormat()
}

interface Time {
  readonly seconds: number
  readonly duration: number
}

/** Each packet lasts until the next. */
function timesOf(packets: readonly Packet[], endUs: number | undefined): readonly Time[] {
  const start = packets[0]?.timestampUs ?? 0
  const seconds = packets.map(({ timestampUs }) => (timestampUs - start) / 1e6)
  const end = (endOf(packets, endUs) - start) / 1e6
  return seconds.map((at, index) => ({ seconds: at, duration: (seconds[index + 1] ?? end) - at }))
}
