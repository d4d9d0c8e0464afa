import { fork } from "node:child_process"
import { once } from "node:events"

export type ServerName = "ours" | "socket.io"

/** A hub in a process of its own. Disposed, it ends. */
export interface ServerProcess extends AsyncDisposable {
  readonly port: number
  /** What it took since it began. */
  cpuSeconds(): Promise<number>
  /** What it holds in memory after its garbage is collected, in bytes. */
  residentBytes(): Promise<number>
}

export async function startServer(name: ServerName): Promise<ServerProcess> {
  const server = fork(new URL("server.ts", import.meta.url), [name], {
    execArgv: [...process.execArgv, "--expose-gc"],
  })
  const [{ port }] = (await once(server, "message")) as [{ port: number }]
  const ask = async <Answer>(what: "cpu" | "memory"): Promise<Answer> => {
    server.send(what)
    const [answer] = (await once(server, "message")) as [Answer]
    return answer
  }
  return {
    port,
    cpuSeconds: async () => (await ask<{ cpuSeconds: number }>("cpu")).cpuSeconds,
    residentBytes: async () => (await ask<{ residentBytes: number }>("memory")).residentBytes,
    async [Symbol.asyncDispose]() {
      server.disconnect()
      await once(server, "exit")
    },
  }
}
