import { execFile } from "node:child_process"
import { promisify } from "node:util"

const run = promisify(execFile)

/** After this many frames the clip, and with it the numbers, begin again. */
export const numberedFrames = 600
export const numberedRate = 15

/** Writes a clip for the fake camera whose every frame carries its number as a bar of ten bits. */
export async function writeNumberedClip(path: string): Promise<void> {
  const cells = Array.from({ length: 10 }, (_, bit) => {
    const cell = `drawbox=x=${bit * 16}:y=0:w=16:h=16:t=fill`
    return `${cell}:color=black,${cell}:color=white:enable='gt(bitand(n\\,${2 ** bit})\\,0)'`
  })
  const picture = `testsrc2=size=320x180:rate=${numberedRate},${cells.join(",")}`
  const output = ["-frames:v", String(numberedFrames), "-pix_fmt", "yuv420p", path]
  await run("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", picture, ...output])
}

/** The numbers of all frames of a video file, as ffmpeg decodes it. */
export async function numbersIn(path: string): Promise<readonly number[]> {
  const filter = ["-vf", "crop=160:16:0:0,format=gray", "-fps_mode", "passthrough", "-f", "rawvideo", "-"]
  const { stdout } = await run("ffmpeg", ["-v", "error", "-i", path, ...filter], {
    encoding: "buffer",
    maxBuffer: 1 << 28,
  })
  const frameBytes = 160 * 16
  return Array.from({ length: stdout.length / frameBytes }, (_, frame) => {
    const bits = Array.from({ length: 10 }, (_, bit) => stdout.readUInt8(frame * frameBytes + 8 * 160 + bit * 16 + 8))
    return bits.reduce((number, level, bit) => number | (level > 128 ? 1 << bit : 0), 0)
  })
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
