/** Largest picture that is waited for. */
const maxJpegBytes = 32 << 20

/**
 * Cuts a stream of JPEG pictures into pictures. The end marker FF D9 stands nowhere else in what ffmpeg writes: inside
 * coded data every FF is followed by 00 (ITU-T T.81 section B.1.1.5). A picture that is cut short is never given out.
 */
export class JpegReader {
  readonly #onJpeg: (jpeg: Uint8Array) => void
  #pieces: Uint8Array[] = []
  #length = 0
  #last = 0

  constructor(onJpeg: (jpeg: Uint8Array) => void) {
    this.#onJpeg = onJpeg
  }

  push(bytes: Uint8Array): void {
    let from = 0
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!
      if (this.#last === 0xff && byte === 0xd9) {
        this.#keep(bytes.subarray(from, at + 1))
        this.#finish()
        from = at + 1
      }
      this.#last = byte
    }
    this.#keep(bytes.subarray(from))
  }

  #keep(bytes: Uint8Array): void {
    if (this.#length + bytes.length > maxJpegBytes) {
      this.#pieces = []
      this.#length = 0
    }
    this.#pieces.push(bytes.slice())
    this.#length += bytes.length
  }

  #finish(): void {
    const jpeg = new Uint8Array(this.#length)
    let at = 0
    for (const piece of this.#pieces) {
      jpeg.set(piece, at)
      at += piece.length
    }
    this.#pieces = []
    this.#length = 0
    if (jpeg[0] === 0xff && jpeg[1] === 0xd8) this.#onJpeg(jpeg)
  }
}
