import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"
import type { TestCertificate } from "./test-certificate.ts"

export interface ReceivedRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
}

export interface HttpReceiver extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly received: ReceivedRequest[]
  /** What it answers; 204 until told otherwise. */
  answer: (response: ServerResponse, request: IncomingMessage) => void
}

/** A receiver on this machine's loopback that keeps what it is sent. */
export async function startReceiver(certificate?: TestCertificate): Promise<HttpReceiver> {
  const received: ReceivedRequest[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk as Uint8Array)
    received.push({ path: request.url ?? "", headers: request.headers, body: new Uint8Array(Buffer.concat(chunks)) })
    receiver.answer(response, request)
  }
  const listen = (request: IncomingMessage, response: ServerResponse) => void handle(request, response)
  const server = certificate === undefined ? createServer(listen) : createTlsServer({ ...certificate }, listen)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const receiver: HttpReceiver = {
    port,
    url: `${certificate === undefined ? "http" : "https"}://127.0.0.1:${port}/`,
    received,
    answer: (response) => void response.writeHead(204).end(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return receiver
}
