import { CaptureError, type Camera } from "@darkslide/capture"

export interface DrawnCamera extends Camera {
  /** Paints the next frames; a camera gives them all the time, so this is painted again and again. */
  draw(paint: (context: CanvasRenderingContext2D) => void): void
  /** After the next two paints: what was drawn before is then on its way. */
  painted(): Promise<void>
  /** Ends it as a device does that is pulled out. */
  unplug(): void
}

/** A camera whose picture is drawn on a canvas: a double for pictures and ends that no fake device gives. */
export function drawnCamera(deviceId = "drawn", label = "Drawn camera"): DrawnCamera {
  const canvas = document.createElement("canvas")
  canvas.width = 320
  canvas.height = 240
  const context = canvas.getContext("2d")!
  let paint = (at: CanvasRenderingContext2D): void => {
    at.fillStyle = `hsl(${(performance.now() / 5) % 360} 60% 50%)`
    at.fillRect(0, 0, 320, 240)
    at.clearRect(40, 40, 100, 100)
  }
  let waiting: (() => void)[] = []
  const painting = setInterval(() => {
    paint(context)
    const told = waiting
    waiting = []
    for (const tell of told) tell()
  }, 20)
  const nextPaint = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
  paint(context)
  const stream = canvas.captureStream(50)
  const { promise: ended, resolve } = Promise.withResolvers<CaptureError | undefined>()
  const end = (reason: CaptureError | undefined): void => {
    clearInterval(painting)
    for (const track of stream.getTracks()) track.stop()
    resolve(reason)
  }
  const close = async (): Promise<void> => end(undefined)
  return {
    info: { deviceId, label, groupId: "drawn" },
    stream,
    settings: { width: 320, height: 240, frameRate: 50 },
    facing: undefined,
    relaxed: [],
    controls: {},
    ended,
    close,
    draw: (next) => (paint = next),
    painted: () => nextPaint().then(nextPaint),
    unplug: () =>
      end(new CaptureError("CAPTURE_UNPLUGGED", "Cannot use camera: unplugged", { hint: "Connect it again." })),
    [Symbol.asyncDispose]: close,
  }
}
