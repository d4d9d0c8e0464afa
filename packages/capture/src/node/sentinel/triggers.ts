import { once } from "node:events"
import type { Socket } from "node:net"
import * as z from "zod"
import { listen } from "./instance-lock.ts"

/** Why a capture is taken. */
export interface Trigger {
  /** Such as `motion` or `failed-login`. */
  readonly type: string
  /** Milliseconds since 1970. */
  readonly at: number
}

const maxBytes = 4096
const limitMs = 2000

/**
 * What a program may ask for. `remote`: nobody stands before this camera, so nothing is taken. Names of users are not
 * read, even when they are sent: a name that was typed is often a password.
 */
const message = z.object({
  type: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  remote: z.boolean().default(false),
})

/**
 * Listens on a unix socket: each connection sends one JSON object, such as `{"type":"failed-login"}`, and closes. It is
 * never answered, so that whoever asks does not wait.
 */
export async function listenForTriggers(
  path: string,
  handlers: { readonly onTrigger: (trigger: Trigger) => void; readonly onRefused: (why: string) => void },
): Promise<AsyncDisposable> {
  const server = await listen(path)
  const open = new Set<Socket>()
  server.on("connection", (socket) => {
    let text = ""
    open.add(socket)
    socket.setEncoding("utf8").setTimeout(limitMs, () => socket.destroy())
    socket.on("error", () => socket.destroy())
    socket.on("data", (piece: string) => {
      text += piece
      if (text.length > maxBytes) socket.destroy()
    })
    socket.on("close", () => {
      open.delete(socket)
      const asked = parseMessage(text)
      if (!asked) handlers.onRefused("not understood")
      else if (asked.remote) handlers.onRefused("nobody is before this camera")
      else handlers.onTrigger({ type: asked.type, at: Date.now() })
    })
  })
  return {
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, "close")
    },
  }
}

function parseMessage(text: string): z.infer<typeof message> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  const parsed = message.safeParse(value)
  return parsed.success ? parsed.data : undefined
}
