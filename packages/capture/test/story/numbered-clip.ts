import { execFile } from "node:child_process"
import { promisify } from "node:util"

const run = promisify(execFile)

/** After this many frames the clip, and with it the numbers, begin again. */
export const numberedFrames = 600
export const numberedRate = 15

const bits = 10
const cell = 16

/**
 * Writes a clip for the fake camera whose every frame carries its number as a bar of ten bits, and below it the same bits
 * the other way round: an encoder in a hurry leaves blocks as they stood, and a cell that is older than its frame would
 * else be another number.
 */
export async function writeNumberedClip(path: string): Promise<void> {
  const cells = Array.from({ length: bits }, (_, bit) => {
    const [upper, lower] = [0, cell].map((y) => `drawbox=x=${bit * cell}:y=${y}:w=${cell}:h=${cell}:t=fill`)
    const isSet = `enable='gt(bitand(n\\,${2 ** bit})\\,0)'`
    return `${upper}:color=black,${lower}:color=white,${upper}:color=white:${isSet},${lower}:color=black:${isSet}`
  })
  const picture = `testsrc2=size=320x180:rate=${numberedRate},${cells.join(",")}`
  const output = ["-frames:v", String(numberedFrames), "-pix_fmt", "yuv420p", path]
  await run("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", picture, ...output])
}

/** The numbers of all frames of a video file, as ffmpeg decodes it; those of unclear frames as {@link readNumbers} says. */
export async function numbersIn(path: string): Promise<readonly number[]> {
  const [width, height] = [bits * cell, 2 * cell]
  const filter = ["-vf", `crop=${width}:${height}:0:0,format=gray`, "-fps_mode", "passthrough", "-f", "rawvideo", "-"]
  const { stdout } = await run("ffmpeg", ["-v", "error", "-i", path, ...filter], {
    encoding: "buffer",
    maxBuffer: 1 << 28,
  })
  const frameBytes = width * height
  const frames = Array.from({ length: stdout.length / frameBytes }, (_, frame) =>
    Array.from({ length: bits }, (_, bit) => {
      const [upper = 0, lower = 0] = [0, 1].map((row) =>
        stdout.readUInt8(frame * frameBytes + (row * cell + cell / 2) * width + bit * cell + cell / 2),
      )
      return upper > 128 === lower > 128 ? undefined : upper > 128
    }),
  )
  return readNumbers(frames)
}

/**
 * The numbers of frames by their bits, the lowest first; `undefined` is a bit whose two cells contradict each other. Such a
 * frame has the number, of all that its clear bits allow, that comes soonest after the frame before it.
 */
export function readNumbers(frames: readonly (readonly (boolean | undefined)[])[]): readonly number[] {
  const numbers: number[] = []
  for (const frame of frames) {
    const possible = frame.reduce<readonly number[]>(
      (all, isSet, bit) =>
        [false, true]
          .filter((value) => isSet === undefined || value === isSet)
          .flatMap((value) => all.map((number) => (value ? number | (1 << bit) : number))),
      [0],
    )
    const before = numbers.at(-1) ?? -1
    const steps = possible.map((number) => ({ number, step: framesBetween(before + 1, number) }))
    numbers.push(steps.toSorted((one, other) => one.step - other.step)[0]?.number ?? 0)
  }
  return numbers
}

/** What ffprobe says of a file: how long it is in seconds, and how many frames it holds. */
export async function probe(path: string): Promise<{ duration: number; frames: number; codec: string }> {
  const shown = ["-show_entries", "format=duration:stream=nb_read_frames,codec_name", "-of", "json"]
  const { stdout } = await run("ffprobe", ["-v", "error", "-count_frames", ...shown, path])
  const { format, streams } = JSON.parse(stdout) as {
    format: { duration?: string }
    streams: readonly { nb_read_frames: string; codec_name: string }[]
  }
  return {
    duration: Number(format.duration ?? Number.NaN),
    frames: Number(streams[0]?.nb_read_frames),
    codec: streams[0]?.codec_name ?? "",
  }
}

/** How many frames of the camera lie between two numbers. */
export function framesBetween(earlier: number, later: number): number {
  return (later - earlier + numberedFrames) % numberedFrames
}
