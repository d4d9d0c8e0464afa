import { execFile } from "node:child_process"
import { promisify } from "node:util"

const run = promisify(execFile)
const rate = 8000
const windowSeconds = 0.01

/** What ffprobe says of a file: each stream's codec and when it begins and ends, in seconds. */
export async function streamsIn(path: string): Promise<readonly ProbedStream[]> {
  const shown = ["-show_entries", "stream=index,codec_type,codec_name", "-of", "json"]
  const { streams } = await probed<{ streams: { index: number; codec_type: string; codec_name: string }[] }>(
    path,
    shown,
  )
  return await Promise.all(
    streams.map(async ({ index, codec_type: type, codec_name: codec }) => {
      const wanted = ["-select_streams", String(index), "-show_entries", "packet=pts_time,duration_time", "-of", "json"]
      const { packets } = await probed<{ packets: { pts_time: string; duration_time?: string }[] }>(path, wanted)
      const last = packets.at(-1)
      const end = Number(last?.pts_time) + Number(last?.duration_time ?? 0)
      return { type, codec, start: Number(packets[0]?.pts_time), end, packets: packets.length }
    }),
  )
}

export interface ProbedStream {
  readonly type: string
  readonly codec: string
  readonly start: number
  readonly end: number
  readonly packets: number
}

async function probed<Told>(path: string, wanted: readonly string[]): Promise<Told> {
  const { stdout } = await run("ffprobe", ["-v", "error", ...wanted, path], { maxBuffer: 1 << 26 })
  return JSON.parse(stdout) as Told
}

/** When sound begins after silence, in seconds by the file's clock, as ffmpeg decodes it. */
export async function soundOnsets(path: string): Promise<readonly number[]> {
  // Holes become silence, so that the place in the samples is the time.
  const filter = [
    "-map",
    "0:a",
    "-af",
    "aresample=async=1:min_hard_comp=0.01:first_pts=0",
    "-ar",
    String(rate),
    "-ac",
    "1",
    "-f",
    "f32le",
  ]
  const { stdout } = await run("ffmpeg", ["-v", "error", "-i", path, ...filter, "-"], {
    encoding: "buffer",
    maxBuffer: 1 << 28,
  })
  const samples = new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.byteLength))
  const width = rate * windowSeconds
  const levels = Array.from({ length: Math.floor(samples.length / width) }, (_, index) =>
    samples.subarray(index * width, (index + 1) * width).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
  )
  return onsets(levels.map((level, index) => ({ at: index * windowSeconds, isOn: level > 0.05 })))
}

/** When the picture turns from dark to light, in seconds by the file's clock. */
export async function lightOnsets(path: string): Promise<readonly number[]> {
  const wanted = ["-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "json"]
  const { packets } = await probed<{ packets: { pts_time: string }[] }>(path, wanted)
  const filter = ["-vf", "scale=1:1:flags=area,format=gray", "-fps_mode", "passthrough", "-f", "rawvideo", "-"]
  const { stdout } = await run("ffmpeg", ["-v", "error", "-i", path, "-map", "0:v", ...filter], { encoding: "buffer" })
  return onsets(packets.map(({ pts_time: at }, index) => ({ at: Number(at), isOn: (stdout[index] ?? 0) > 128 })))
}

function onsets(steps: readonly { readonly at: number; readonly isOn: boolean }[]): number[] {
  // Beats are further apart than this; the echo of a tone in the codec is not.
  const quiet = 0.05
  let lastOn = steps[0]?.isOn === true ? 0 : -Infinity
  const found: number[] = []
  for (const { at, isOn } of steps) {
    if (isOn && at - lastOn > quiet) found.push(at)
    if (isOn) lastOn = at
  }
  return found
}
