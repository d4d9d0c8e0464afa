import { execFile, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { onTestFinished } from "vitest"

const run = promisify(execFile)
const python = "/usr/bin/python3"
const rtspServer = fileURLToPath(new URL("rtsp-server.py", import.meta.url))

/** Whether this machine has GStreamer's RTSP server: `gir1.2-gst-rtsp-server-1.0`, `gstreamer1.0-plugins-good`. */
export const hasRtspServer: boolean = spawnSync(python, [rtspServer]).status === 0

/** Nine seconds in H.264, ten frames each; something crosses a picture that else stands still, from the fourth on. */
export async function drawWalk(path: string): Promise<void> {
  const still = "testsrc2=s=320x180:r=10,trim=end_frame=1,loop=loop=-1:size=1:start=0"
  const scene = `${still},setpts=N/(10*TB),trim=duration=9[bg];color=c=white:s=40x70:r=10:d=9[ob]`
  const walk = "[bg][ob]overlay=x='-40+(t-4)*120':y=60:enable='gt(t,4)':eval=frame"
  const video = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "10", "-pix_fmt", "yuv420p"]
  await run("ffmpeg", ["-v", "error", "-y", "-filter_complex", `${scene};${walk}`, ...video, path])
}

/** Serves a file by RTSP, as fast as it was recorded and from its beginning. @returns its address */
export async function serveRtsp(path: string): Promise<string> {
  const server = spawn(python, [rtspServer, path], { stdio: ["ignore", "pipe", "inherit"] })
  onTestFinished(() => void server.kill("SIGKILL"))
  const [port] = (await once(server.stdout.setEncoding("utf8"), "data")) as [string]
  return `rtsp://127.0.0.1:${port.trim()}/camera`
}

/** Serves a file as cameras serve MJPEG: one answer without an end, in parts, made by ffmpeg. @returns its address */
export async function serveMjpeg(path: string): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(200, { "Content-Type": "multipart/x-mixed-replace;boundary=ffmpeg" })
    const args = ["-v", "error", "-re", "-i", path, "-c:v", "mjpeg", "-q:v", "3", "-f", "mpjpeg", "pipe:1"]
    const ffmpeg = spawn("ffmpeg", args, { stdio: ["ignore", "pipe", "inherit"] })
    ffmpeg.stdout.pipe(response)
    request.socket.on("close", () => ffmpeg.kill("SIGKILL"))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/camera`
}
