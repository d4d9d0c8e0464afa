import { once } from "node:events"
import { rm } from "node:fs/promises"
import { createServer, type Socket } from "node:net"

/** A failed login, as PAM told it: its words are whoever failed's own. */
export interface PamFailure {
  /** Often a password that was typed as a name. PAM does not tell whether there is such a user. */
  readonly user: string
  /** Where from; empty for somebody who sits there. */
  readonly host: string
  readonly isRemote: boolean
  /** Such as `sshd` or `sudo`. */
  readonly service: string
  readonly tty: string
  /** Milliseconds since 1970, when it was heard of. */
  readonly at: number
}

const maxBytes = 4096
const limitMs = 2000
const maxConnections = 64
/** Failures that nobody has taken yet; later ones are dropped, so that a flood takes no memory. */
const mostWaiting = 1000

/**
 * Listens for the program of {@link pamHook} on a unix socket, made for this user alone, and gives each failed login once.
 * Nothing is ever answered: whoever failed does not wait. Ends when the signal aborts.
 */
export async function* readPamHook(
  path: string,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<PamFailure> {
  const waiting: PamFailure[] = []
  let news = Promise.withResolvers<void>()
  const wake = (): void => news.resolve()
  const server = createServer((socket) =>
    receive(socket, (failure) => {
      if (waiting.length < mostWaiting) waiting.push(failure)
      wake()
    }),
  )
  server.maxConnections = maxConnections
  // In place of what a dead process left.
  await rm(path, { force: true })
  const mask = process.umask(0o077)
  try {
    server.listen(path)
    await once(server, "listening")
  } finally {
    process.umask(mask)
  }
  signal.addEventListener("abort", wake, { once: true })
  try {
    while (!signal.aborted) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else await news.promise
      if (waiting.length === 0) news = Promise.withResolvers<void>()
    }
  } finally {
    signal.removeEventListener("abort", wake)
    server.close()
  }
}

function receive(socket: Socket, take: (failure: PamFailure) => void): void {
  let text = ""
  socket.setEncoding("utf8").setTimeout(limitMs, () => socket.destroy())
  // Broken off: what came is judged when it closes.
  socket.on("error", () => socket.destroy())
  socket.on("data", (piece: string) => {
    text += piece
    if (text.length > maxBytes) socket.destroy()
  })
  socket.on("close", () => {
    const failure = text.length > maxBytes ? undefined : toFailure(text)
    if (failure !== undefined) take(failure)
  })
}

function toFailure(text: string): PamFailure | undefined {
  const { type, remote, user, host, service, tty } = parse(text)
  if (type !== "failed-login") return undefined
  const word = (value: unknown): string => (typeof value === "string" ? fromBytes(value) : "")
  const common = { service: word(service), tty: word(tty), at: Date.now() }
  return { user: word(user), host: word(host), isRemote: remote !== false, ...common }
}

/** The hook writes each byte as a character: read as UTF-8 here. */
function fromBytes(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8")
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    // Not JSON: not of the hook.
    return {}
  }
}
