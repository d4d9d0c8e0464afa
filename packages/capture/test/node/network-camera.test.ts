import { createMotionDetector } from "@darkslide/capture/motion"
import { openFfmpegCamera, type VideoSource } from "@darkslide/capture/node"
import { generateKeyPair, open } from "@darkslide/crypto"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { describe, expect, onTestFinished, test } from "vitest"
import { startTusBench } from "../queue/tus-bench.ts"
import { drawWalk, hasRtspServer, serveMjpeg, serveRtsp } from "./network-camera.ts"

const sentinel = fileURLToPath(new URL("../../src/node/sentinel/main.ts", import.meta.url))

/** Watches a camera that serves the walk until something moves, and takes a still and a clip of it. */
async function watchWalk(source: VideoSource) {
  const detector = createMotionDetector()
  const moving = Promise.withResolvers<number>()
  const reasons = new Set<string>()
  await using camera = await openFfmpegCamera({
    source,
    onLuma: (luma, layout) => {
      const { motion, reason, timestamp } = detector.push(luma, layout)
      reasons.add(reason)
      if (motion) moving.resolve(timestamp / 1e6)
    },
  })
  void camera.ended.then((why) => moving.reject(why ?? new Error("nothing moved")))
  const from = await moving.promise
  const { jpeg } = camera.snapshot()
  const clip = await camera.clip({ from: from - 1, to: from + 1 })
  return { reasons: [...reasons], jpeg: [...jpeg.subarray(0, 2), ...jpeg.subarray(-2)], clip: sizeAndFrames(clip) }
}

const seen = {
  // It stood still before, and for as long as it takes to tell.
  reasons: expect.arrayContaining(["learning", "still", "motion"]),
  jpeg: [0xff, 0xd8, 0xff, 0xd9],
  clip: expect.stringMatching(/^320,180,\d\d+$/),
}

describe("openFfmpegCamera() over a network", () => {
  const isMissing = hasRtspServer ? "" : " (left out: no GStreamer RTSP server)"
  test.skipIf(!hasRtspServer)(`sees what moves before an RTSP camera, and has it on a clip${isMissing}`, async () => {
    expect(await watchWalk({ kind: "rtsp", url: await serveRtsp(await walk()) })).toEqual(seen)
  })

  test("sees what moves before an MJPEG camera, and has it on a clip", async () => {
    expect(await watchWalk({ kind: "mjpeg", url: await serveMjpeg(await walk()) })).toEqual(seen)
  })

  test("darkslide-sentinel brings a plain tus server age files of what moved before it", async () => {
    const folder = await temporaryFolder()
    const owner = generateKeyPair()
    await using tus = await startTusBench()
    const configuration = join(folder, "sentinel.json")
    await writeFile(
      configuration,
      JSON.stringify({
        source: { kind: "mjpeg", url: await serveMjpeg(await walk()) },
        account: { id: "a".repeat(26), owner: owner.recipient.toString() },
        server: { url: tus.endpoint.href, kind: "tus" },
        folder: "state",
        clip: { beforeSeconds: 1, afterSeconds: 1 },
      }),
    )
    const child = spawn(process.execPath, ["--conditions=@darkslide/source", sentinel, configuration], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    onTestFinished(() => void child.kill("SIGKILL"))
    const ended = once(child, "close")
    let delivered = 0
    for await (const line of createInterface({ input: child.stdout }))
      if ((JSON.parse(line) as { event: string }).event === "delivered" && ++delivered === 2) child.kill("SIGTERM")
    expect(await ended).toEqual([0, null])
    const uploads = [...new Set(tus.pieces.map(({ upload }) => upload))]
    const opened = await Promise.all(
      uploads.map(async (upload) => await open(await tus.stored(upload), { with: [owner] })),
    )
    const [clip, photo] = opened.toSorted((one, other) => one[0]! - other[0]!)
    expect(opened).toHaveLength(2)
    expect([...photo!.subarray(0, 2)]).toEqual([0xff, 0xd8])
    expect(sizeAndFrames(clip!)).toMatch(/^320,180,\d\d+$/)
  })
})

function sizeAndFrames(clip: Uint8Array): string {
  const entries = ["-count_frames", "-show_entries", "stream=width,height,nb_read_frames", "-of", "csv=p=0"]
  const { stdout, stderr } = spawnSync("ffprobe", ["-v", "error", ...entries, "-i", "pipe:0"], {
    input: clip,
    encoding: "utf8",
  })
  expect(stderr).toBe("")
  return stdout.trim()
}

async function walk(): Promise<string> {
  const path = join(await temporaryFolder(), "walk.mp4")
  await drawWalk(path)
  return path
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-network-"))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
