import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"

/** What stands between browser and server. */
export interface CountingProxy extends AsyncDisposable {
  readonly origin: string
  /** Bytes of answers' bodies that were handed to the browser, for paths that match. */
  bytesOf(path: RegExp): number
  /** Changes bytes of matching answers from now on. */
  tamper: ((path: string, range: string | undefined, bytes: Buffer) => Buffer) | undefined
}

/** Counts what is answered: only as much as the browser really takes, for it is passed on as it is read. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target)
  const counts = new Map<string, number>()
  const proxy = {
    tamper: undefined as CountingProxy["tamper"],
    bytesOf: (path: RegExp) => [...counts].reduce((sum, [each, bytes]) => (path.test(each) ? sum + bytes : sum), 0),
  }
  const server = createServer((incoming, outgoing) => {
    const { method, url: path = "", headers } = incoming
    const forwarded = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on("data", (chunk: Buffer) => {
        counts.set(path, (counts.get(path) ?? 0) + chunk.length)
        const { range } = headers
        if (!outgoing.write(proxy.tamper?.(path, range, chunk) ?? chunk)) answer.pause()
      })
      outgoing.on("drain", () => answer.resume())
      answer.on("end", () => outgoing.end())
    })
    forwarded.on("error", () => outgoing.destroy())
    outgoing.on("close", () => forwarded.destroy())
    incoming.pipe(forwarded)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return Object.assign(proxy, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
