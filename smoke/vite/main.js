import { listCameras } from "@darkslide/capture"
import { createRecorder } from "@darkslide/capture/record"
import { generateKeyPair, open, seal } from "@darkslide/crypto"

try {
  const me = generateKeyPair()
  const sealed = await seal(new Blob(["hello"]), { to: [me.recipient] })
  const opened = new TextDecoder().decode(await open(sealed, { with: [me] }))
  const cameras = await listCameras()
  const frames = await recordedFrames()
  const isSound = opened === "hello" && Array.isArray(cameras) && frames > 2
  document.title = isSound ? "passed" : `failed: opened ${opened}, ${frames} frames`
} catch (error) {
  document.title = `failed: ${String(error)}`
}

/** The recorder's worker is found and starts, and loads its muxer. */
async function recordedFrames() {
  const canvas = document.createElement("canvas")
  const paint = canvas.getContext("2d")
  const stream = canvas.captureStream(30)
  const timer = setInterval(() => paint.fillRect(Math.random() * 300, 0, 5, 150), 33)
  await using recorder = await createRecorder(stream, { preRollSeconds: 1 })
  const clip = await recorder.clip({ seconds: 0.5 })
  clearInterval(timer)
  return clip.frames
}
