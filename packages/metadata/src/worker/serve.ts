import { isDarkslideError } from "@darkslide/crypto/errors"
import type { Abort, Call, ErrorFacts, MessagePortLike, Reply } from "./message-port.ts"

/** Answers a call; the signal fires when nobody waits for it any longer. */
export type Method = (args: readonly unknown[], signal: AbortSignal) => Promise<unknown>

/** Answers the calls that arrive at `port`, several at a time. */
export function serve(port: MessagePortLike, methods: Readonly<Record<string, Method>>): void {
  const running = new Map<number, AbortController>()
  const answer = async ({ id, method, args }: Call): Promise<Reply> => {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      const run = methods[method]
      if (!run) throw new TypeError(`Cannot call worker: no method ${method}`)
      return { id, ok: true, value: await run(args, controller.signal) }
    } catch (error) {
      return { id, ok: false, error: factsOf(error) }
    } finally {
      running.delete(id)
    }
  }
  port.addEventListener("message", ({ data }) => {
    const request = data as Abort | Call
    if ("abort" in request) running.get(request.id)?.abort()
    else void answer(request).then((reply) => port.postMessage(reply))
  })
  port.start?.()
}

function factsOf(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) }
  const { name, message } = error
  if (isDarkslideError(error)) return { name, message, code: error.code, facts: { ...error } }
  return "code" in error && typeof error.code === "string" ? { name, message, code: error.code } : { name, message }
}
