import { listCameras } from "@darkslide/capture"
import { generateKeyPair, open, seal } from "@darkslide/crypto"

try {
  const me = generateKeyPair()
  const sealed = await seal(new Blob(["hello"]), { to: [me.recipient] })
  const opened = new TextDecoder().decode(await open(sealed, { with: [me] }))
  const cameras = await listCameras()
  document.title = opened === "hello" && Array.isArray(cameras) ? "passed" : `failed: opened ${opened}`
} catch (error) {
  document.title = `failed: ${String(error)}`
}
