/** Where ffmpeg takes its picture from. Every value becomes one argument of its own: none is ever read by a shell. */
export type VideoSource =
  | {
      readonly kind: "v4l2"
      readonly device: string
      readonly width?: number | undefined
      readonly height?: number | undefined
    }
  | { readonly kind: "rtsp"; readonly url: string }
  | { readonly kind: "mjpeg"; readonly url: string }
  /** `paced`: as fast as it was recorded (the default), like a camera. */
  | {
      readonly kind: "file"
      readonly path: string
      readonly paced?: boolean | undefined
      readonly loop?: boolean | undefined
    }
  /** ffmpeg's own moving test picture. */
  | { readonly kind: "test"; readonly paced?: boolean | undefined; readonly seconds?: number | undefined }

/** Seconds without a byte after which a network source counts as gone. */
const networkSeconds = 10

/** The arguments before and with `-i`. */
export function inputArguments(source: VideoSource): readonly string[] {
  switch (source.kind) {
    case "v4l2": {
      const { width, height } = source
      const size = width && height ? ["-video_size", `${width}x${height}`] : []
      return ["-f", "v4l2", ...size, "-i", source.device]
    }
    case "rtsp":
      return [
        "-rtsp_transport",
        "tcp",
        "-timeout",
        String(networkSeconds * 1e6),
        "-i",
        checkedUrl(source.url, "rtsp", "rtsps"),
      ]
    case "mjpeg":
      return [
        // Such a stream says nothing of time, and ffmpeg would take every camera for one of 25 frames a second.
        ...["-f", "mpjpeg", "-use_wallclock_as_timestamps", "1", "-rw_timeout", String(networkSeconds * 1e6)],
        ...["-i", checkedUrl(source.url, "http", "https")],
      ]
    case "file":
      return [
        ...(source.paced === false ? [] : ["-re"]),
        ...(source.loop ? ["-stream_loop", "-1"] : []),
        "-i",
        `file:${source.path}`,
      ]
    case "test": {
      const seconds = source.seconds === undefined ? [] : ["-t", String(source.seconds)]
      return [
        ...(source.paced === false ? [] : ["-re"]),
        "-f",
        "lavfi",
        ...seconds,
        "-i",
        "testsrc2=size=1280x720:rate=30",
      ]
    }
  }
}

function checkedUrl(text: string, ...protocols: readonly string[]): string {
  const { protocol, href } = new URL(text)
  if (!protocols.includes(protocol.slice(0, -1)))
    throw new TypeError(`Cannot open camera: ${protocol} is no ${protocols[0]} address`)
  return href
}
