import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startTestServer, type Client, type TestServer } from "./client-fixture.ts"

const id = "A".repeat(22)
const framesEach = 10

let folder: string
let server: TestServer
let client: Client

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "darkslide-parts-"))
  server = await startTestServer()
  client = server.client()
  await client.account.createAccount({ handle: "parts", password: "correct horse battery staple" })
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** Saves one part of the recording, as a tab does before it is killed. */
async function savePart(index: number, last: boolean): Promise<string> {
  const path = join(folder, `${index}.mp4`)
  const picture = ["-f", "lavfi", "-i", `testsrc2=size=64x64:rate=10`, "-frames:v", String(framesEach)]
  await promisify(execFile)("ffmpeg", ["-v", "error", "-y", ...picture, "-c:v", "libx264", "-bf", "0", path])
  const blob = new Blob([await readFile(path)], { type: "video/mp4" })
  const clip = { id, index, last }
  return (await client.library.saveClip({ blob, thumbnail: new Blob(["x"]), startedAt: index, clip })).captureId
}

describe("a recording in parts", () => {
  test("joins from any of its parts, and says whether its end came", async () => {
    const parts = [await savePart(1, false), await savePart(0, false)]
    const alone = await client.library.saveClip({
      blob: new Blob(["v"], { type: "video/mp4" }),
      thumbnail: new Blob(["x"]),
      startedAt: 0,
    })
    const cut = await client.library.joinRecording(parts[0]!)
    expect(cut).toMatchObject({ series: "cut", frames: 2 * framesEach, width: 64 })
    const last = await savePart(2, true)
    expect(await client.library.joinRecording(last)).toMatchObject({ series: "whole", frames: 3 * framesEach })
    await client.library.delete(parts[0]!)
    const refusal = { name: "CaptureError", code: "CAPTURE_SEGMENTS_INVALID" }
    await expect(client.library.joinRecording(last)).rejects.toMatchObject(refusal)
    await expect(client.library.joinRecording(alone.captureId)).rejects.toMatchObject(refusal)
  })
})
