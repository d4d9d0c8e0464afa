import { spawn } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { freePort } from "./free-port.ts"

/** A Janus on this machine alone. */
export interface Janus extends AsyncDisposable {
  readonly url: string
  readonly rooms: readonly number[]
  readonly pin: string
}

const pin = "a pin of the test's rooms"

/** Debian's Janus, with as many rooms for eight. */
export async function startJanus(roomCount: number): Promise<Janus> {
  const folder = await mkdtemp(join(tmpdir(), "janus-"))
  const port = await freePort()
  const rooms = Array.from({ length: roomCount }, (_, index) => index + 1)
  const room = (id: number): string => `room-${id}: {
    pin = "${pin}"
    is_private = true
    require_e2ee = true
    publishers = 8
    audiocodec = "opus"
    videocodec = "vp8,vp9,av1,h264"
    audiolevel_ext = false
    videoorient_ext = false
    playoutdelay_ext = false
  }\n`
  const settings = {
    "janus.jcfg": `general: {
      configs_folder = "${folder}"
      debug_level = 2
    }
    nat: { ice_lite = true }
    plugins: { disable = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so" }
    transports: { disable = "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so" }
    `,
    "janus.transport.websockets.jcfg": `general: { ws = true, ws_port = ${port}, ws_interface = "lo" }\nadmin: { admin_ws = false }\n`,
    "janus.plugin.videoroom.jcfg": rooms.map(room).join(""),
  }
  for (const [name, text] of Object.entries(settings)) await writeFile(join(folder, name), text)
  const log = join(folder, "log")
  const child = spawn("janus", ["-F", folder, "-C", join(folder, "janus.jcfg"), "-N", "-L", log], { stdio: "ignore" })
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const url = `ws://127.0.0.1:${port}`
  await Promise.race([answers(url), ended.then(() => Promise.reject(new Error("Janus does not start")))])
  return {
    url,
    rooms,
    pin,
    async [Symbol.asyncDispose]() {
      child.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Connects until somebody answers. */
async function answers(url: string): Promise<void> {
  for (;;) {
    const socket = new WebSocket(url, "janus-protocol")
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.onopen = () => resolve(true)
      socket.onerror = () => resolve(false)
    })
    socket.close()
    if (isOpen) return
    await wait(50)
  }
}
