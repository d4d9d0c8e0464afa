import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

/** A program in ffmpeg's place: a shell script, gone after the test. */
export async function fakeFfmpeg(script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-ffmpeg-"))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, "ffmpeg")
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}
