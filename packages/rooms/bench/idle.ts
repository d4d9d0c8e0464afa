import { fork, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { startServer, type ServerName } from "./server-process.ts"

/** Whoever connects comes from processes of so many sockets. */
const socketsPerProcess = 2500
/** So many come and go first: what the server loads, compiles and keeps for later is not counted to those who stay. */
const warmUp = 500

/** What a socket costs that is in a room and says nothing, in bytes of the server's memory. */
export async function measureIdle(name: ServerName, sockets: number): Promise<number> {
  await using server = await startServer(name)
  await leave(await gather(name, server.port, warmUp))
  const before = await server.residentBytes()
  const crowds: ChildProcess[] = []
  for (let at = 0; at < sockets; at += socketsPerProcess)
    crowds.push(await gather(name, server.port, Math.min(socketsPerProcess, sockets - at)))
  const after = await server.residentBytes()
  await Promise.all(crowds.map(leave))
  return (after - before) / sockets
}

async function gather(name: ServerName, port: number, sockets: number): Promise<ChildProcess> {
  const crowd = fork(new URL("crowd.ts", import.meta.url), [name, String(port), String(sockets)])
  const [message] = (await Promise.race([once(crowd, "message"), once(crowd, "exit")])) as [unknown]
  if (message !== "inside") throw new Error(`${name}: ${sockets} sockets did not get in`)
  return crowd
}

async function leave(crowd: ChildProcess): Promise<void> {
  crowd.disconnect()
  await once(crowd, "exit")
}
