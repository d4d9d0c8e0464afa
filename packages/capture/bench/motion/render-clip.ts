import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { clipSeconds, framesPerSecond, type Clip } from "./plan-clip.ts"

const quiet = ["-hide_banner", "-loglevel", "error", "-nostdin"]
const raw = ["-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]

/** The frames of a clip as luma planes; nothing touches the disk. Each is valid until the next. */
export async function* renderClip(clip: Clip): AsyncGenerator<Uint8Array, void> {
  const frames = String(clipSeconds * framesPerSecond)
  const encode = ["-c:v", "libx264", "-preset", "veryfast", "-crf", String(clip.compressed), "-g", "50", "-f", "mpegts"]
  const draw = spawn(
    "ffmpeg",
    [
      ...quiet,
      "-filter_complex_threads",
      "1",
      "-filter_complex",
      clip.graph,
      "-map",
      "[v]",
      "-r",
      String(framesPerSecond),
      "-frames:v",
      frames,
      ...(clip.compressed === undefined ? raw : [...encode, "pipe:1"]),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  )
  const running: ChildProcess[] = [draw]
  let output = draw.stdout
  if (clip.compressed !== undefined) {
    const decode = spawn("ffmpeg", [...quiet.slice(0, 3), "-f", "mpegts", "-i", "pipe:0", ...raw], {
      stdio: ["pipe", "pipe", "inherit"],
    })
    draw.stdout.pipe(decode.stdin)
    running.push(decode)
    output = decode.stdout
  }
  const frame = new Uint8Array(clip.width * clip.height)
  let filled = 0
  let count = 0
  for await (const bytes of output as AsyncIterable<Uint8Array>) {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + frame.length - filled)
      frame.set(piece, filled)
      at += piece.length
      filled += piece.length
      if (filled < frame.length) continue
      filled = 0
      count++
      yield frame
    }
  }
  await Promise.all(running.map(async (child) => child.exitCode ?? (await once(child, "close"))))
  if (count < clipSeconds * framesPerSecond * 0.95)
    throw new Error(`Cannot make clip ${clip.name}: ffmpeg gave ${count} of ${frames} frames`)
}
