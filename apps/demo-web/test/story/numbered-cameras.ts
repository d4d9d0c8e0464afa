import type { Page } from "playwright"
import { numberedCamera } from "../../../../packages/rooms/test/media/numbered-pictures.ts"

/**
 * Gives the page one camera whose pictures carry numbers, from `start` on, and a microphone that hums. Everything behind
 * `navigator.mediaDevices` is the real app. Call before the first visit.
 */
export async function numberCamera(page: Page, start: number): Promise<void> {
  const content = `{
    const bits = 16
    ${numberedCamera.toString()}
    ;(${replaceDevices.toString()})(numberedCamera, ${start})
  }`
  await page.addInitScript({ content })
}

/** Runs in the page. */
function replaceDevices(camera: typeof numberedCamera, start: number): void {
  const device = (kind: MediaDeviceKind, label: string): MediaDeviceInfo => {
    const toJSON = (): string => label
    return { kind, label, deviceId: label, groupId: label, toJSON }
  }
  const hum = (): MediaStreamTrack | undefined => {
    const context = new AudioContext()
    const destination = context.createMediaStreamDestination()
    const oscillator = new OscillatorNode(context, { frequency: 220 })
    oscillator.connect(new GainNode(context, { gain: 0.1 })).connect(destination)
    oscillator.start()
    return destination.stream.getAudioTracks()[0]
  }
  navigator.mediaDevices.enumerateDevices = async () => [device("videoinput", "Numbers"), device("audioinput", "Hum")]
  navigator.mediaDevices.getUserMedia = async (wishes) => {
    const wantsSound = wishes?.audio !== undefined && wishes.audio !== false
    const { track: picture } = wantsSound ? { track: hum() } : camera(start, { framesPerSecond: 8 })
    if (!picture) throw new DOMException("There is no such device", "NotFoundError")
    if (!wantsSound) picture.getSettings = () => ({ deviceId: "Numbers", width: 320, height: 180, frameRate: 8 })
    return new MediaStream([picture])
  }
}

/** The number of the picture that an element of the page shows now; `undefined` while it shows none. */
export async function numberShown(page: Page, selector: string): Promise<number | undefined> {
  const number = await page.evaluate((which) => {
    const video = document.querySelector<HTMLVideoElement>(which)
    if (!video || video.videoWidth === 0) return -1
    const [width, cells] = [320, 16]
    const cell = width / cells
    const canvas = new OffscreenCanvas(width, cell)
    const context = canvas.getContext("2d", { willReadFrequently: true })
    if (!context) throw new TypeError("no canvas")
    context.drawImage(video, 0, 0, video.videoWidth, (cell * video.videoWidth) / width, 0, 0, width, cell)
    const { data } = context.getImageData(0, cell / 2, width, 1)
    let shown = 0
    for (let bit = 0; bit < cells; bit++) if ((data[4 * (bit * cell + cell / 2)] ?? 0) > 128) shown |= 1 << bit
    return shown
  }, selector)
  return number < 0 ? undefined : number
}
