import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)

/** What each second shows, so that a test knows where it landed: a bar of eight bits in the top left corner. */
const cells = Array.from({ length: 10 }, (_, bit) => {
  const cell = `drawbox=x=${bit * 16}:y=0:w=16:h=16:t=fill`
  return `${cell}:color=black,${cell}:color=white:enable='gt(bitand(n\\,${2 ** bit})\\,0)'`
})

/** An MP4 of about so many MiB, made of ten seconds over and over, and a JPEG for its thumbnail. */
export async function makeLargeClip(folder: string, mebibytes: number): Promise<{ clip: Blob; thumbnail: Blob }> {
  const [ten, large, small] = [join(folder, "ten.mp4"), join(folder, "large.mp4"), join(folder, "small.jpg")]
  const picture = `testsrc2=size=640x360:rate=15,noise=alls=40:allf=t,${cells.join(",")}`
  const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "2M", "-g", "15", "-pix_fmt", "yuv420p"]
  await run("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", picture, "-t", "10", ...codec, ten])
  const tenBytes = (await readFile(ten)).length
  const loops = Math.ceil((mebibytes * 2 ** 20) / tenBytes) - 1
  const copy = ["-stream_loop", String(loops), "-i", ten, "-c", "copy", "-movflags", "+faststart", large]
  await run("ffmpeg", ["-v", "error", "-y", ...copy])
  await run("ffmpeg", ["-v", "error", "-y", "-i", ten, "-frames:v", "1", small])
  return {
    clip: new Blob([await readFile(large)], { type: "video/mp4" }),
    thumbnail: new Blob([await readFile(small)], { type: "image/jpeg" }),
  }
}
