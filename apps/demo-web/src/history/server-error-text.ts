import * as z from "zod/mini"
import { ServerError } from "../http/server-error.ts"

// Between worker and page an error keeps its message only: what the server refused travels in it.

const facts = z.object({
  code: z.string(),
  status: z.optional(z.number()),
  retryAfterMs: z.optional(z.number()),
})

/** In the worker: rejects with an error whose message `serverErrorFrom` reads. */
export async function asText<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    const { code, status, retryAfterMs } = error
    throw new Error(JSON.stringify({ code, status, retryAfterMs }), { cause: error })
  }
}

/** In the page: rejects with the `ServerError` again. */
export async function fromText<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw (error instanceof Error && serverErrorFrom(error.message)) || error
  }
}

function serverErrorFrom(message: string): ServerError | undefined {
  if (!message.startsWith("{")) return undefined
  const { code, ...options } = facts.parse(JSON.parse(message))
  return new ServerError(code, `The server refused a part of the history: ${code}`, options)
}
