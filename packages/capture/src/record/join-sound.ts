import {
  BlobSource,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  Input,
  MP4,
  WEBM,
  type AudioCodec,
  type Output,
} from "mediabunny"

/** The sound of files that are joined: each packet keeps its place beside its own file's pictures. */
export class JoinedSound {
  readonly #source: EncodedAudioPacketSource
  readonly #codec: AudioCodec
  #isBegun = false
  #until = 0

  /** Gives the output a track where any of the files has sound; before the output starts. */
  static async of(files: readonly Blob[], output: Output): Promise<JoinedSound | undefined> {
    for (const file of files) {
      using input = openInput(file)
      const codec = await (await input.getPrimaryAudioTrack())?.getCodec()
      if (codec) return new JoinedSound(codec, output)
    }
    return undefined
  }

  private constructor(codec: AudioCodec, output: Output) {
    this.#codec = codec
    this.#source = new EncodedAudioPacketSource(codec)
    output.addAudioTrack(this.#source)
  }

  /** @param place.move - What is added to the file's times, in seconds; what would come before 0 is left out. */
  async add(input: Input, { move }: { readonly move: number }): Promise<void> {
    const track = await input.getPrimaryAudioTrack()
    if (!track) return
    if ((await track.getCodec()) !== this.#codec) throw new Error("the sound of a part is of another kind")
    const decoderConfig = await track.getDecoderConfig()
    if (!decoderConfig) throw new Error("a part does not say how its sound is decoded")
    for await (const packet of new EncodedPacketSink(track).packets()) {
      const wanted = packet.timestamp + move
      if (wanted < 0) continue
      const timestamp = Math.max(wanted, this.#until)
      const moved = new EncodedPacket(packet.data, packet.type, timestamp, packet.duration)
      await this.#source.add(moved, this.#isBegun ? undefined : { decoderConfig })
      this.#isBegun = true
      this.#until = timestamp
    }
  }
}

export function openInput(file: Blob): Input {
  return new Input({ source: new BlobSource(file), formats: [MP4, WEBM] })
}
