import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startTestServer, type Client, type TestServer } from "./client-fixture.ts"

const id = "A".repeat(22)
const framesEach = 10
const credentials = { handle: "parts", password: "correct horse battery staple" }

let folder: string
let server: TestServer
let client: Client

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "darkslide-parts-"))
  server = await startTestServer()
  client = server.client()
  await client.account.createAccount(credentials)
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
  test("joins from any of its parts into one capture in their place, and says whether its end came", async () => {
    const parts = [await savePart(1, false), await savePart(0, false)]
    const alone = await client.library.saveClip({
      blob: new Blob(["v"], { type: "video/mp4" }),
      thumbnail: new Blob(["x"]),
      startedAt: 0,
    })
    const { saved, series } = await client.library.joinRecording(parts[0]!)
    expect(series).toBe("cut")
    const other = server.client()
    await other.account.signIn(credentials)
    const { items } = await other.library.list()
    expect(items.map(({ captureId }) => captureId).toSorted()).toEqual([alone.captureId, saved.captureId].toSorted())
    const joined = items.find(({ captureId }) => captureId === saved.captureId)
    expect(joined).toMatchObject({ kind: "clip", clip: undefined, createdAt: 0, durationSeconds: 2 })
    const refusal = { name: "CaptureError", code: "CAPTURE_SEGMENTS_INVALID" }
    const late = await savePart(2, true)
    await expect(client.library.joinRecording(late)).rejects.toMatchObject(refusal)
    await expect(client.library.joinRecording(alone.captureId)).rejects.toMatchObject(refusal)
  })
})
