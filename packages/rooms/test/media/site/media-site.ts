import {
  createHub,
  hubSocketEvents,
  maxFrameBytes,
  memoryLog,
  runHub,
  type Hub,
  type Visitor,
} from "@darkslide/rooms/server"
import { createForwarder, type ForwardedPacket } from "@darkslide/rooms/werift"
import { serve, upgradeWebSocket, type ServerType } from "@hono/node-server"
import { Hono } from "hono"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { build, type Rolldown } from "vite"
import { WebSocketServer } from "ws"

/** What a page tells of itself that nobody drives. */
export interface Report {
  readonly last: number
  readonly told: readonly string[]
  readonly seen: readonly number[]
  readonly figures: readonly unknown[]
}

/** A page that has the package, and a hub for its rooms. */
export interface MediaSite extends AsyncDisposable {
  readonly origin: string
  /** The newest of each name. */
  readonly reports: ReadonlyMap<string, Report>
  readonly unit: UnitRecord
}

/** What a forwarding unit sees. */
export interface UnitRecord {
  readonly packets: ForwardedPacket[]
  /** Bodies, and what failed inside. */
  readonly requests: string[]
  readonly answers: string[]
}

const callPage = new URL("../call-page.ts", import.meta.url)

export interface MediaSiteOptions {
  /** The page's script. */
  readonly page?: URL
  /** The forwarding unit is with those who were removed: it goes on sending them everything. */
  readonly unitForgetsNobody?: boolean
}

export async function serveMediaSite(options: MediaSiteOptions = {}): Promise<MediaSite> {
  const { page = callPage, unitForgetsNobody = false } = options
  const files = await bundle(page)
  const hub = createHub({ log: memoryLog() })
  const stop = runHub(hub)
  const reports = new Map<string, Report>()
  const unit: UnitRecord = { packets: [], requests: [], answers: [] }
  const forwarder = createForwarder({
    hub: unitForgetsNobody ? forgetsNobody(hub) : hub,
    addresses: ["127.0.0.1"],
    onPacket: (packet) => unit.packets.push(packet),
    onError: (error) => unit.answers.push(String(error)),
  })
  const html = '<!doctype html><html lang="en"><title>Media</title><body><script type="module" src="/page.js"></script>'
  const app = new Hono()
    .get(
      "/rooms",
      upgradeWebSocket(() => hubSocketEvents(hub)),
    )
    .post("/reports/:name", async (context) => {
      reports.set(context.req.param("name"), await context.req.json<Report>())
      return context.body(null, 204)
    })
    .post("/rooms/:room/forwarding", async (context) => {
      unit.requests.push(await context.req.raw.clone().text())
      const answer = await forwarder.handle(context.req.param("room"), context.req.raw)
      unit.answers.push(`${answer.status} ${await answer.clone().text()}`)
      return answer
    })
    .get("/", (context) => context.html(html))
    .get("*", (context) => {
      const body = files.get(context.req.path)
      return body === undefined ? context.notFound() : context.body(body, 200, { "content-type": "text/javascript" })
    })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes })
  const server = await listen(app, sockets)
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    reports,
    unit,
    async [Symbol.asyncDispose]() {
      stop()
      await forwarder[Symbol.asyncDispose]()
      for (const socket of sockets.clients) socket.terminate()
      if ("closeAllConnections" in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function forgetsNobody(hub: Hub): Pick<Hub, "visitor"> {
  const known = new Map<string, Visitor>()
  return {
    visitor(room, pass) {
      const visitor = hub.visitor(room, pass) ?? known.get(pass)
      if (visitor) known.set(pass, visitor)
      return visitor
    },
  }
}

async function listen(app: Hono, sockets: WebSocketServer): Promise<ServerType> {
  return await new Promise((resolve) => {
    const server = serve(
      { fetch: app.fetch, hostname: "127.0.0.1", port: 0, websocket: { server: sockets as never } },
      () => resolve(server),
    )
  })
}

async function bundle(page: URL): Promise<ReadonlyMap<string, string>> {
  const result = await build({
    root: fileURLToPath(new URL("../../..", import.meta.url)),
    base: "/",
    configFile: false,
    logLevel: "warn",
    resolve: { conditions: ["@darkslide/source", "module", "browser", "production"] },
    worker: { format: "es" },
    build: {
      write: false,
      minify: false,
      target: "es2023",
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(page),
        output: { entryFileNames: "page.js", chunkFileNames: "[name]-[hash].js", assetFileNames: "[name]-[hash].js" },
      },
    },
  })
  const outputs = (Array.isArray(result) ? result : [result]) as Rolldown.RolldownOutput[]
  return new Map(
    outputs.flatMap(({ output }) =>
      output.map((file) => [`/${file.fileName}`, file.type === "chunk" ? file.code : String(file.source)] as const),
    ),
  )
}
