import { createServer, request, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"

/** One request as it went over the wire. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  /** Request line and headers. */
  readonly head: string
  readonly body: Buffer
}

export interface RecordingProxy extends AsyncDisposable {
  readonly origin: string
  readonly requests: readonly RecordedRequest[]
}

/** Stands between browser and server and keeps every byte that the browser sends. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const requests: RecordedRequest[] = []
  const { hostname, port } = new URL(target)
  const server = createServer((incoming, outgoing) => {
    const body: Buffer[] = []
    const forwarded = request(
      { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    forwarded.on("error", () => outgoing.destroy())
    incoming.on("data", (chunk: Buffer) => {
      body.push(chunk)
      forwarded.write(chunk)
    })
    incoming.on("end", () => {
      forwarded.end()
      requests.push({ ...headOf(incoming), body: Buffer.concat(body) })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function headOf(incoming: IncomingMessage): Pick<RecordedRequest, "method" | "path" | "head"> {
  const { method = "", url: path = "" } = incoming
  return { method, path, head: `${method} ${path}\n${incoming.rawHeaders.join("\n")}` }
}
