/** Pictures that carry their number, as a camera gives them. */
export interface NumberedCamera {
  readonly track: MediaStreamTrack
  /** Of the newest picture. */
  readonly last: () => number
  stop(): void
}

const bits = 16

export interface CameraOptions {
  readonly framesPerSecond?: number
  /** Of the picture; it is nine sixteenths as high. */
  readonly width?: number
  /** Told of each number that is painted. */
  readonly onNumber?: (number: number) => void
}

/** A track whose pictures have their number as a bar of sixteen bits, over something that moves. */
export function numberedCamera(start = 0, options: CameraOptions = {}): NumberedCamera {
  const { framesPerSecond = 30, width = 320, onNumber = () => {} } = options
  const height = (width * 9) / 16
  const cell = width / bits
  const canvas = document.createElement("canvas")
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext("2d")!
  let number = start
  const paint = (): void => {
    number = (number + 1) % 2 ** bits
    context.fillStyle = `hsl(${(number * 7) % 360} 60% 50%)`
    context.fillRect(0, cell, width, height - cell)
    context.fillStyle = "#222"
    context.fillRect((number * 3) % width, height / 3, width / 8, height / 2)
    for (let bit = 0; bit < bits; bit++) {
      context.fillStyle = (number >> bit) & 1 ? "#fff" : "#000"
      context.fillRect(bit * cell, 0, cell, cell)
    }
    onNumber(number)
  }
  paint()
  const painting = setInterval(paint, 1000 / framesPerSecond)
  const [track] = canvas.captureStream(framesPerSecond).getVideoTracks()
  if (!track) throw new Error("A canvas gave no track")
  return {
    track,
    last: () => number,
    stop() {
      clearInterval(painting)
      track.stop()
    },
  }
}

interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>
}
declare const MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack }) => TrackProcessor

/** Pictures of a track; where the browser does not hand them out, as an element shows them. */
async function* picturesOf(
  track: MediaStreamTrack,
): AsyncGenerator<{ picture: CanvasImageSource; shownWidth: number }> {
  if (typeof MediaStreamTrackProcessor !== "undefined") {
    for await (const frame of new MediaStreamTrackProcessor({ track }).readable) {
      yield { picture: frame, shownWidth: frame.displayWidth }
      frame.close()
    }
    return
  }
  const video = document.body.appendChild(document.createElement("video"))
  video.muted = true
  video.srcObject = new MediaStream([track])
  await video.play()
  while (track.readyState === "live") {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve))
    yield { picture: video, shownWidth: video.videoWidth }
  }
}

/** The numbers of a track's pictures as they come, until it ends. */
export function readNumbers(
  track: MediaStreamTrack,
  onNumber: (number: number) => void = () => {},
): { readonly numbers: readonly number[]; clear(): void } {
  const [width, cell] = [320, 320 / bits]
  const numbers: number[] = []
  const canvas = new OffscreenCanvas(width, cell)
  const context = canvas.getContext("2d", { willReadFrequently: true })!
  void (async () => {
    for await (const { picture, shownWidth } of picturesOf(track)) {
      context.drawImage(picture, 0, 0, shownWidth, (cell * shownWidth) / width, 0, 0, width, cell)
      const { data } = context.getImageData(0, cell / 2, width, 1)
      let number = 0
      for (let bit = 0; bit < bits; bit++) if ((data[4 * (bit * cell + cell / 2)] ?? 0) > 128) number |= 1 << bit
      numbers.push(number)
      onNumber(number)
    }
  })()
  return { numbers, clear: () => numbers.splice(0) }
}
