import { createMotionDetector } from "@darkslide/capture/motion"
import { openFfmpegCamera, type FfmpegCameraOptions } from "@darkslide/capture/node"
import { spawnSync } from "node:child_process"
import { readdir } from "node:fs/promises"
import { describe, expect, test } from "vitest"
import { fakeFfmpeg } from "./fake-ffmpeg.ts"

const test6s = { kind: "test", paced: false, seconds: 6 } as const

async function failure(options: FfmpegCameraOptions): Promise<unknown> {
  try {
    await (await openFfmpegCamera(options)).close()
    return undefined
  } catch (error) {
    return error
  }
}

describe("openFfmpegCamera()", () => {
  test("one process gives luma, stills and clips of whole groups of pictures", async () => {
    const detector = createMotionDetector()
    const times: number[] = []
    const onLuma: FfmpegCameraOptions["onLuma"] = (luma, layout) => {
      times.push(detector.push(luma, layout).timestamp)
    }
    await using camera = await openFfmpegCamera({ source: test6s, onLuma })
    const { jpeg, thumbnail } = camera.snapshot()
    expect([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9])
    expect(thumbnail.length).toBeLessThan(jpeg.length)
    const clip = await camera.clip({ from: 2.2, to: 3.5 })
    expect(await camera.ended).toBeUndefined()
    expect(times).toEqual(times.map((_, index) => index * 100_000))
    expect(times.length).toBeGreaterThan(55)
    const entries = "stream=codec_name,nb_read_frames,start_time:format=duration"
    const args = ["-v", "error", "-count_frames", "-show_entries", entries, "-of", "csv=p=0", "-i", "pipe:0"]
    const { stdout, stderr } = spawnSync("ffprobe", args, { input: clip, encoding: "utf8" })
    expect(stderr).toBe("")
    // From the key frame at 2 s to the one at 4 s.
    expect(stdout.trim().split(/\s+/)).toEqual(["h264,0.000000,30", "2.000000"])
  })

  test("a snapshot of a warm camera is there at once", async () => {
    await using camera = await openFfmpegCamera({ source: { kind: "test" } })
    const { takenAt } = camera.snapshot()
    expect(Date.now() - takenAt).toBeLessThan(2000)
  })

  test.each([
    ["/dev/video99: No such file or directory", "CAPTURE_NOT_FOUND"],
    ["ioctl(VIDIOC_QUERYCAP): Inappropriate ioctl for device", "CAPTURE_UNSUPPORTED"],
    ["ioctl(VIDIOC_STREAMON): Device or resource busy", "CAPTURE_BUSY"],
    ["/dev/video0: Permission denied", "CAPTURE_DENIED_BY_OS"],
    ["method DESCRIBE failed: 401 Unauthorized", "CAPTURE_DENIED"],
    ["Connection to tcp://camera:554 failed: Connection refused", "CAPTURE_NOT_FOUND"],
    ["ioctl(VIDIOC_DQBUF): No such device", "CAPTURE_UNPLUGGED"],
    ["", "CAPTURE_ENDED"],
  ])("ffmpeg's %j is %s, with a hint", async (words, code) => {
    const program = await fakeFfmpeg(`echo '${words}' >&2; exit 1`)
    expect(await failure({ source: test6s, program })).toMatchObject({ code, hint: expect.any(String) })
  })

  test("never repeats a password of an address", async () => {
    const program = await fakeFfmpeg("echo 'rtsp://ada:hunter2@camera/1: Connection refused' >&2; exit 1")
    const error = (await failure({ source: test6s, program })) as Error
    expect(`${error.message} ${String((error.cause as Error).message)}`).not.toContain("hunter2")
  })

  test("gives up on one that says nothing, and leaves no process behind", async () => {
    const program = await fakeFfmpeg('echo $$ > "$(dirname "$0")/pid"; exec sleep 600')
    expect(await failure({ source: test6s, program, startLimitMs: 300 })).toMatchObject({ code: "CAPTURE_BUSY" })
    const running = (await readdir("/proc")).filter((name) => /^\d+$/.test(name))
    const { stdout } = spawnSync("cat", [program.replace(/ffmpeg$/, "pid")], {
      encoding: "utf8",
    })
    expect(running).not.toContain(stdout.trim())
  })

  test("half a JPEG is no picture", async () => {
    const program = await fakeFfmpeg(
      String.raw`printf '\377\330\377\340half' >&4; printf '\377\330\377\340half' >&5; exit 0`,
    )
    expect(await failure({ source: test6s, program })).toMatchObject({ code: "CAPTURE_ENDED" })
  })

  test("what is no video ends it", async () => {
    const program = await fakeFfmpeg(String.raw`printf '\0\0\0\1junk' >&3; exec sleep 600`)
    expect(await failure({ source: test6s, program })).toMatchObject({ code: "CAPTURE_UNSUPPORTED" })
  })

  test("without ffmpeg it says so", async () => {
    expect(await failure({ source: test6s, program: "/nowhere/ffmpeg" })).toMatchObject({ code: "CAPTURE_UNSUPPORTED" })
  })

  test("ends with its signal's reason, in the middle of a clip too", async () => {
    expect(await failure({ source: test6s, signal: AbortSignal.abort(new Error("enough")) })).toMatchObject({
      message: "enough",
    })
    const stop = new AbortController()
    await using camera = await openFfmpegCamera({ source: { kind: "test" }, signal: stop.signal })
    const clip = camera.clip({ from: 0, to: 500, signal: stop.signal })
    stop.abort(new Error("enough"))
    await expect(clip).rejects.toThrow("enough")
    expect(await camera.ended).toBeUndefined()
  })
})
