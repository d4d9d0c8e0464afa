import { once } from "node:events"
import { rm } from "node:fs/promises"
import { connect, createServer, type Server } from "node:net"
import { join } from "node:path"
import { SentinelError } from "./sentinel-error.ts"

/**
 * Holds a folder for this process: a socket that answers while the process lives, and not a moment longer, however it
 * ends. @throws SentinelError `folder` when another process holds it
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, "lock.sock")
  if (await answers(path)) throw new SentinelError("folder", `Cannot use ${folder}: another sentinel does`)
  const server = await listen(path)
  return {
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, "close")
    },
  }
}

/** Listens on a unix socket that only this user may connect to, in place of what a dead process left. */
export async function listen(path: string): Promise<Server> {
  await rm(path, { force: true })
  const server = createServer()
  const mask = process.umask(0o077)
  try {
    server.listen(path)
    await once(server, "listening")
  } finally {
    process.umask(mask)
  }
  return server
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, "connect")
    return true
  } catch (error) {
    // Nobody listens, or there is no such socket.
    if (error instanceof Error && "code" in error && (error.code === "ECONNREFUSED" || error.code === "ENOENT"))
      return false
    throw error
  } finally {
    socket.destroy()
  }
}
