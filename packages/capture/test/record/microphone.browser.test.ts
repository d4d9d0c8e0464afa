import { CaptureError } from "@darkslide/capture"
import { createRecorder } from "@darkslide/capture/record"
import { afterEach, describe, expect, test, vi } from "vitest"

afterEach(() => {
  vi.restoreAllMocks()
})

/** A stream without a camera: only the microphone is asked for. */
function drawnStream(): MediaStream {
  const canvas = document.createElement("canvas")
  const paint = canvas.getContext("2d")
  const timer = setInterval(() => paint?.fillRect(Math.random() * 300, 0, 9, 9), 40)
  const stream = canvas.captureStream(25)
  stopDrawing = () => {
    clearInterval(timer)
    for (const track of stream.getTracks()) track.stop()
  }
  return stream
}
let stopDrawing = (): void => undefined

/** What a double of the browser's own says, whose devices cannot be made to fail so; and what came of it. */
async function refusal(error: Error, audio: true | MediaTrackConstraints = true): Promise<CaptureError> {
  const asked = vi.spyOn(navigator.mediaDevices, "getUserMedia").mockRejectedValue(error)
  try {
    await using recorder = await createRecorder(drawnStream(), { audio })
    expect(asked).toHaveBeenCalledWith({ audio, video: false })
    const { audio: sound } = recorder.capabilities
    expect(sound.state).toBe("refused")
    if (sound.state !== "refused") throw new Error("not refused")
    const clip = await recorder.clip({ seconds: 0.3 })
    expect(clip.audio).toBeUndefined()
    return sound.error
  } finally {
    stopDrawing()
  }
}

describe("a microphone that cannot be had leaves the picture, and says why", () => {
  for (const [name, message, code, hint] of [
    ["NotFoundError", "Requested device not found", "CAPTURE_NOT_FOUND", "Connect a microphone"],
    ["NotReadableError", "Could not start audio source", "CAPTURE_BUSY", "use this microphone"],
    ["NotAllowedError", "Permission denied by system", "CAPTURE_DENIED_BY_OS", "system's privacy settings"],
    ["NotAllowedError", "Permission dismissed", "CAPTURE_DISMISSED", "allow the microphone"],
    ["OverconstrainedError", "", "CAPTURE_OVERCONSTRAINED", "Choose another microphone"],
    ["NotAllowedError", "Permission denied", "CAPTURE_DENIED", "Allow the microphone"],
  ] as const) {
    test(`${code}, by ${name} ${message}`, async () => {
      const error =
        name === "OverconstrainedError"
          ? new OverconstrainedError("sampleRate", message)
          : new DOMException(message, name)
      const refused = await refusal(error)
      expect(refused).toBeInstanceOf(CaptureError)
      expect(refused).toMatchObject({ code, hint: expect.stringContaining(hint) })
      expect(refused.message).toMatch(/^Cannot use microphone: /u)
      if (code === "CAPTURE_OVERCONSTRAINED") expect(refused.constraint).toBe("sampleRate")
    })
  }

  test("CAPTURE_UNSUPPORTED where no sound is encoded, and nobody is asked", async () => {
    const asked = vi.spyOn(navigator.mediaDevices, "getUserMedia")
    vi.spyOn(AudioEncoder, "isConfigSupported").mockResolvedValue({ supported: false })
    await using recorder = await createRecorder(drawnStream(), { audio: true })
    expect(recorder.capabilities.audio).toMatchObject({ state: "refused", error: { code: "CAPTURE_UNSUPPORTED" } })
    expect(asked).not.toHaveBeenCalled()
    stopDrawing()
  })
})

test("a track without sound is the caller's mistake", async () => {
  const stream = drawnStream()
  await expect(createRecorder(stream, { audio: stream.getVideoTracks()[0] })).rejects.toThrow(TypeError)
  stopDrawing()
})

test("a given track that ended is CAPTURE_ENDED", async () => {
  const [track] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks()
  track?.stop()
  await using recorder = await createRecorder(drawnStream(), { audio: track })
  expect(recorder.capabilities.audio).toMatchObject({ state: "refused", error: { code: "CAPTURE_ENDED" } })
  stopDrawing()
})

test("a microphone that falls silent and speaks again is told, until the recorder is closed", async () => {
  const [track] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks()
  const states: string[] = []
  const recorder = await createRecorder(drawnStream(), { audio: track, onMicrophone: (state) => states.push(state) })
  expect(recorder.capabilities.audio).toMatchObject({ state: "on", codec: "opus" })
  // No flag of the browser mutes a device: the events are a double's, the track is not.
  for (const name of ["mute", "unmute", "mute"]) track?.dispatchEvent(new Event(name))
  expect(states).toEqual(["muted", "live", "muted"])
  await recorder.close()
  track?.dispatchEvent(new Event("unmute"))
  expect(states).toHaveLength(3)
  expect(track?.readyState).toBe("live")
  track?.stop()
  stopDrawing()
})
