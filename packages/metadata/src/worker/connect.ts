import { DarkslideError } from "@darkslide/crypto/errors"
import type { ErrorFacts, MessagePortLike, Reply } from "./message-port.ts"

/** The other end of `serve`. */
export interface Connection {
  /** @returns what the method gave; an abort rejects at once with the signal's reason. */
  call(method: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown>
}

/**
 * @param errorOf - Makes an error of its class again, from its code. Others, such as those of a store that the caller
 *   wrote, keep name and code: as `DarkslideError` if they were one, else as `TypeError`, `RangeError` or `Error`.
 */
export function connect(port: MessagePortLike, errorOf: (facts: ErrorFacts) => Error | undefined): Connection {
  const waiting = new Map<number, (reply: Reply) => void>()
  let last = 0
  port.addEventListener("message", ({ data }) => {
    const reply = data as Reply
    waiting.get(reply.id)?.(reply)
  })
  port.start?.()
  return {
    async call(method, args, signal) {
      signal?.throwIfAborted()
      const id = ++last
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const abort = (): void => {
        port.postMessage({ id, abort: true })
        reject(signal?.reason as Error)
      }
      waiting.set(id, (reply) => {
        if (reply.ok) resolve(reply.value)
        else reject(errorOf(reply.error) ?? plainError(reply.error))
      })
      signal?.addEventListener("abort", abort, { once: true })
      port.postMessage({ id, method, args })
      try {
        return await promise
      } finally {
        waiting.delete(id)
        signal?.removeEventListener("abort", abort)
      }
    },
  }
}

function plainError({ name, message, code, facts }: ErrorFacts): Error {
  const error =
    facts !== undefined && code !== undefined
      ? new DarkslideError(code, message)
      : name === "RangeError"
        ? new RangeError(message)
        : name === "TypeError"
          ? new TypeError(message)
          : new Error(message)
  return Object.assign(error, { ...facts, name }, code === undefined ? {} : { code })
}
