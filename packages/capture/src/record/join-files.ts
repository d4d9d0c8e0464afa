import {
  BufferTarget,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Output,
  type InputVideoTrack,
} from "mediabunny"
import type { ClipFormat } from "./clip-format.ts"
import { JoinedSound, openInput } from "./join-sound.ts"
import { outputFormat } from "./mux.ts"

export interface JoinedFile {
  readonly bytes: ArrayBuffer
  readonly width: number
  readonly height: number
  readonly durationSeconds: number
  readonly frames: number
}

/** Writes the packets of some files one after the other into one, without encoding anything anew. */
export async function joinFiles(files: readonly Blob[], container: ClipFormat["container"]): Promise<JoinedFile> {
  const target = new BufferTarget()
  const output = new Output({ format: outputFormat(container), target })
  let source: EncodedVideoPacketSource | undefined
  let sound: JoinedSound | undefined
  let size = { width: 0, height: 0 }
  let [offset, frames] = [0, 0]
  for (const file of files) {
    using input = openInput(file)
    const track = await input.getPrimaryVideoTrack()
    const codec = await track?.getCodec()
    if (!track || !codec) throw new Error("a part holds no video")
    const decoderConfig = await track.getDecoderConfig()
    if (!decoderConfig) throw new Error("a part does not say how it is decoded")
    if (!source) {
      source = new EncodedVideoPacketSource(codec)
      size = { width: await track.getDisplayWidth(), height: await track.getDisplayHeight() }
      output.addVideoTrack(source)
      sound = await JoinedSound.of(files, output)
      await output.start()
    }
    const fileEnd = (await input.getDurationFromMetadata()) ?? 0
    const added = await addAll(source, track, { offset, decoderConfig, fileEnd })
    await sound?.add(input, { move: offset - added.start })
    offset = added.end
    frames += added.frames
  }
  await output.finalize()
  if (!target.buffer) throw new Error("the muxer gave no file")
  return { bytes: target.buffer, ...size, durationSeconds: offset, frames }
}

/** @returns where the file begins by its own time, and where the next one does in the whole, in seconds. */
async function addAll(
  source: EncodedVideoPacketSource,
  track: InputVideoTrack,
  place: { readonly offset: number; readonly decoderConfig: VideoDecoderConfig; readonly fileEnd: number },
): Promise<{ readonly start: number; readonly end: number; readonly frames: number }> {
  const { offset, decoderConfig, fileEnd } = place
  let start: number | undefined
  let [end, frames] = [offset, 0]
  for await (const packet of new EncodedPacketSink(track).packets()) {
    start ??= packet.timestamp
    const timestamp = offset + packet.timestamp - start
    // In WebM nothing but the file's own end says how long the last frame stands.
    const duration = packet.duration || Math.max(0, fileEnd - packet.timestamp)
    const moved = new EncodedPacket(packet.data, packet.type, timestamp, duration)
    await source.add(moved, frames === 0 ? { decoderConfig } : undefined)
    end = timestamp + duration
    frames++
  }
  return { start: start ?? 0, end, frames }
}
