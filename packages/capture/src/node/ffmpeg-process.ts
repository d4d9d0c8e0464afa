import { spawn, type ChildProcess } from "node:child_process"
import type { Readable } from "node:stream"
import { cameraError } from "../cameras/camera-error.ts"
import type { CaptureError } from "../errors.ts"
import { identifyFfmpegError } from "./ffmpeg-error.ts"

const quiet = ["-hide_banner", "-loglevel", "error", "-nostdin"] as const

/** How much of what ffmpeg says is kept, in characters. */
const keptWords = 4000

/** How long ffmpeg may take to end when asked to, before it is killed. */
const endMilliseconds = 2000

/** A running ffmpeg whose outputs are pipes. */
export interface FfmpegProcess {
  /** The pipes from file descriptor 1, 3, 4 and so on, in the order of the outputs. */
  readonly outputs: readonly Readable[]
  /** Resolves when it is gone: to why, or to `undefined` when it came to the end of its source or was stopped. */
  readonly ended: Promise<CaptureError | undefined>
  /** Ends it, in the end by force, and resolves once it is gone. */
  stop(): Promise<void>
}

/** Starts ffmpeg. `output(n)` names the n-th pipe, for the arguments. */
export function startFfmpeg(
  outputCount: number,
  argumentsFor: (output: (index: number) => string) => readonly string[],
  program: string = "ffmpeg",
): FfmpegProcess {
  const descriptor = (index: number) => (index === 0 ? 1 : index + 2)
  const args = [...quiet, ...argumentsFor((index) => `pipe:${descriptor(index)}`)]
  const pipes = Array.from({ length: outputCount - 1 }, () => "pipe" as const)
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe", ...pipes] })
  let words = ""
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (words = (words + text).slice(-keptWords)))
  let stopped = false
  const ended = endOf(child).then(({ code, error }) => {
    if (stopped) return undefined
    if (error) return cameraError("CAPTURE_UNSUPPORTED", { cause: error })
    return code === 0 ? undefined : identifyFfmpegError(words)
  })
  return {
    outputs: Array.from({ length: outputCount }, (_, index) => child.stdio[descriptor(index)] as Readable),
    ended,
    async stop() {
      stopped = true
      child.kill("SIGTERM")
      const force = setTimeout(() => child.kill("SIGKILL"), endMilliseconds)
      // Pipes that nobody reads any more would keep the child from being gone.
      for (const stream of child.stdio) if (stream && "destroy" in stream) stream.destroy()
      await ended
      clearTimeout(force)
    },
  }
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; error?: Error }> {
  return await new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, error }))
    child.once("close", (code) => resolve({ code }))
  })
}
