import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http"
import { mkdir, readFile, readdir } from "node:fs/promises"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { createHash } from "node:crypto"
import { FileStore } from "@tus/file-store"
import { Server } from "@tus/server"
import { bundlePage } from "../test/queue/bundle-page.ts"

export type QueueName = "tus" | "demo"

/** One PATCH, as far as it came. */
export interface Piece {
  readonly queue: QueueName
  readonly upload: string
  readonly offset: number
  bytes: number
  /** How many kills came before it. */
  readonly kills: number
}

/** The origin of the soak's page: a plain `@tus/server` at /uploads, the demo server behind /v1, and an eye on both. */
export interface SoakSite extends AsyncDisposable {
  readonly origin: string
  readonly pieces: readonly Piece[]
  /** What each queue called safe: SHA-256 of the sealed bytes (base64url) by id. */
  readonly committed: Readonly<Record<QueueName, Map<string, string>>>
  /** Each PUT of a capture that the demo server answered: its upload, and the status. */
  readonly finished: readonly { readonly captureId: string; readonly upload: string; readonly status: number }[]
  /** Declared lengths of the demo server's uploads. */
  readonly demoLengths: ReadonlyMap<string, number>
  kills: number
  /** Resolves when the next request of that kind arrives. */
  next(stage: "upload" | "acknowledge"): Promise<void>
  /** SHA-256 of each complete upload of the plain server, and how many are begun only. */
  plainUploads(): Promise<{ readonly complete: readonly string[]; readonly begun: number }>
}

export async function startSoakSite(folder: string, demoOrigin: string): Promise<SoakSite> {
  const files = await bundlePage()
  await mkdir(folder, { recursive: true })
  const tus = new Server({ path: "/uploads", datastore: new FileStore({ directory: folder }), relativeLocation: true })
  const demo = new URL(demoOrigin)
  const waiting = { upload: Promise.withResolvers<void>(), acknowledge: Promise.withResolvers<void>() }
  const pieces: Piece[] = []
  const finished: { captureId: string; upload: string; status: number }[] = []
  const demoLengths = new Map<string, number>()
  const committed = { tus: new Map<string, string>(), demo: new Map<string, string>() }

  const reach = (stage: "upload" | "acknowledge"): void => {
    waiting[stage].resolve()
    waiting[stage] = Promise.withResolvers()
  }
  const watchPatch = (request: IncomingMessage, queue: QueueName, upload: string): void => {
    reach("upload")
    const piece = { queue, upload, offset: Number(request.headers["upload-offset"]), bytes: 0, kills: site.kills }
    pieces.push(piece)
    countBody(request, (bytes) => (piece.bytes += bytes))
  }
  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = "", url = "", headers } = request
    if (method === "PATCH") watchPatch(request, "demo", url)
    const captureId = method === "PUT" ? url.split("/").at(-1) : undefined
    const body: Buffer[] = []
    if (captureId !== undefined) {
      reach("acknowledge")
      request.on("data", (part: Buffer) => body.push(part))
    }
    const outgoing = httpRequest({ hostname: demo.hostname, port: demo.port, method, path: url, headers }, (answer) => {
      const { statusCode: status = 502 } = answer
      if (captureId !== undefined && status < 300) {
        const { upload } = JSON.parse(Buffer.concat(body).toString()) as { upload: string }
        finished.push({ captureId, upload, status })
      }
      const { location } = answer.headers
      if (method === "POST" && location !== undefined)
        demoLengths.set(new URL(location, demo).pathname, Number(headers["upload-length"]))
      response.writeHead(status, answer.headers)
      answer.pipe(response)
    })
    outgoing.on("error", () => response.destroy())
    request.on("close", () => {
      if (!request.complete) outgoing.destroy()
    })
    request.pipe(outgoing)
  }
  const http = createServer((request, response) => {
    const { method = "", url = "" } = request
    const file = files.get(url)
    if (file) response.writeHead(200, { "content-type": file.type }).end(file.body)
    else if (url.startsWith("/v1/")) forward(request, response)
    else if (url.startsWith("/uploads")) {
      if (method === "PATCH") watchPatch(request, "tus", url)
      void tus.handle(request, response)
    } else if (url.startsWith("/committed/")) {
      const { pathname, searchParams } = new URL(url, "http://soak")
      const queue = pathname.endsWith("demo") ? "demo" : "tus"
      committed[queue].set(searchParams.get("id") ?? "", searchParams.get("hash") ?? "")
      response.writeHead(204).end()
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve))
  const site: SoakSite = {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    pieces,
    committed,
    finished,
    demoLengths,
    kills: 0,
    next: async (stage) => await waiting[stage].promise,
    async plainUploads() {
      const complete: string[] = []
      let begun = 0
      for (const name of await readdir(folder)) {
        if (name.endsWith(".json")) continue
        const bytes = await readFile(join(folder, name))
        const { size } = JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")) as { size: number }
        if (bytes.length === size) complete.push(createHash("sha256").update(bytes).digest("base64url"))
        else begun++
      }
      return { complete, begun }
    },
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return site
}

/** Sees the body pass without reading it: a listener for `data` would take it away from the server. */
function countBody(request: IncomingMessage, count: (bytes: number) => void): void {
  const push = request.push.bind(request)
  request.push = (part: Buffer | null) => {
    if (part) count(part.length)
    return push(part)
  }
}
