import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FileStore } from "@tus/file-store"
import { Server } from "@tus/server"

/** One PATCH as it arrived: how many bytes of its body, also where the sender was killed. */
export interface ReceivedPiece {
  readonly upload: string
  readonly offset: number
  bytes: number
}

/** Says how a request is answered instead, or lets it through. */
export type Refuse = (request: IncomingMessage) => Refusal | undefined

export type Refusal = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | "cut" | "hang"

/** A plain `@tus/server` over files, which tests and soaks watch and disturb. */
export interface TusBench extends AsyncDisposable {
  readonly origin: string
  readonly endpoint: URL
  readonly pieces: readonly ReceivedPiece[]
  readonly requests: readonly string[]
  refuse: Refuse | undefined
  /** The bytes of an upload so far. */
  stored(upload: string): Promise<Uint8Array>
}

/** Files served beside the uploads, by path; and, before all, other handlers. */
export interface TusBenchOptions {
  readonly files?: ReadonlyMap<string, { readonly type: string; readonly body: string }> | undefined
  readonly handle?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
}

export async function startTusBench(options: TusBenchOptions = {}): Promise<TusBench> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-tus-"))
  const tus = new Server({ path: "/uploads", datastore: new FileStore({ directory: folder }), relativeLocation: true })
  const pieces: ReceivedPiece[] = []
  const requests: string[] = []
  const http = createServer((request, response) => {
    const { method = "", url = "" } = request
    if (options.handle?.(request, response)) return
    const file = options.files?.get(url)
    if (file) return void response.writeHead(200, { "content-type": file.type }).end(file.body)
    if (!url.startsWith("/uploads")) return void response.writeHead(404).end()
    requests.push(`${method} ${url}`)
    const refusal = bench.refuse?.(request)
    if (refusal === "hang") return
    if (refusal === "cut") return void request.socket.destroy()
    if (refusal) return void response.writeHead(refusal.status, refusal.headers).end()
    if (method === "PATCH") {
      const piece = { upload: url, offset: Number(request.headers["upload-offset"]), bytes: 0 }
      pieces.push(piece)
      countBody(request, (bytes) => (piece.bytes += bytes))
    }
    void tus.handle(request, response)
  })
  const origin = await listen(http)
  const bench: TusBench = {
    origin,
    endpoint: new URL("/uploads", origin),
    pieces,
    requests,
    refuse: undefined,
    stored: async (upload) => await readFile(join(folder, upload.split("/").at(-1) ?? "")),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
  return bench
}

/** Sees the body pass without reading it: a listener for `data` would take it away from the server. */
function countBody(request: IncomingMessage, count: (bytes: number) => void): void {
  const push = request.push.bind(request)
  request.push = (part: Buffer | null) => {
    if (part) count(part.length)
    return push(part)
  }
}

async function listen(http: HttpServer): Promise<string> {
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve))
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}
