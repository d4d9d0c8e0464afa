import { upgradeWebSocket } from "@hono/node-server"
import { toBase64Url } from "@darkslide/crypto"
import { createRoute, z } from "@hono/zod-openapi"
import type { Context, MiddlewareHandler } from "hono"
import type { AppEnv } from "../http/app-env.ts"
import { binaryOf, binaryText } from "../http/binary-field.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { jsonAnswer, jsonBody } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import { bearerToken } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"
import type { Neighbour } from "@darkslide/rooms/lan"
import { pipeToNeighbour } from "../rooms/pipe-sockets.ts"

const roomId = z.string().regex(/^[a-z2-7]{26}$/u)
const neighbour = z.object({
  id: z.string(),
  tag: binaryText,
  port: z.number().int(),
  at: z.number().int(),
  signature: binaryText,
  shown: z.object({ name: z.string(), roomId: z.string() }).optional(),
})

const list = createRoute({
  method: "get",
  path: "/v1/nearby",
  responses: {
    200: jsonAnswer(
      "Rooms that servers on this network announce; to strangers their tags are noise",
      z.object({ on: z.boolean(), neighbours: z.array(neighbour) }).openapi("Nearby"),
    ),
    ...problemAnswers("ORIGIN_REFUSED"),
  },
})
const announce = createRoute({
  method: "put",
  path: "/v1/rooms/{room}/beacons",
  request: {
    params: z.object({ room: roomId }),
    ...jsonBody(
      z.strictObject({
        beacons: z
          .array(z.strictObject({ slot: z.number().int().nonnegative(), tag: binaryOf(16), seed: binaryOf(32) }))
          .max(200),
        name: z.string().min(1).max(60).optional(),
      }),
    ),
  },
  responses: {
    204: { description: "Announced from now on, for as long as who asked is in the room" },
    ...problemAnswers("NOT_IN_ROOM", "ONLY_LISTENING", "LAN_OFF"),
  },
})

/** What a neighbour's server is asked for: the routes of rooms, and nothing else. */
const roomPath = /^\/rooms\/[a-z2-7]{26}\/(?:items(?:\/[A-Za-z0-9_-]{22})?|ice-servers|forwarding)$/u
const passedOn = ["authorization", "content-type"]
const passedBack = ["content-type", "darkslide-reads-left", "retry-after"]

/** Rooms on the networks of this machine: seen and entered through this server, by its own pages. */
export function nearbyRoutes(app: Router, { rooms, nearby }: AppPorts): void {
  const ownPages: MiddlewareHandler<AppEnv> = async (c, next) => {
    const origin = c.get("origin")
    if (origin !== "same" && origin !== "none")
      throw new Problem("ORIGIN_REFUSED", "Cannot answer: what is nearby is for this server's own pages")
    return await next()
  }

  function found(c: Context<AppEnv>): Neighbour {
    const one = nearby?.find(c.req.param("id") ?? "")
    if (one === undefined) throw new Problem("NOT_FOUND", "Cannot answer: nobody nearby has this id, or no longer")
    return one
  }

  app.openapi({ ...list, middleware: [ownPages] }, (c) => {
    const neighbours = nearby?.neighbours ?? []
    return c.json({ on: nearby !== undefined, neighbours: neighbours.map(toJson) }, 200)
  })
  app.openapi(announce, (c) => {
    const { room } = c.req.valid("param")
    const pass = bearerToken(c) ?? ""
    const visitor = rooms.hub.visitor(room, pass)
    if (!visitor) throw new Problem("NOT_IN_ROOM", "Cannot announce: no pass of this room was shown")
    if (visitor.watches) throw new Problem("ONLY_LISTENING", "Cannot announce: only listening")
    if (!nearby) throw new Problem("LAN_OFF", "Cannot announce: this server does not look around")
    const { beacons, name } = c.req.valid("json")
    nearby.announce(room, { pass, beacons, ...(name !== undefined && { shown: { name, roomId: room } }) })
    return c.body(null, 204)
  })
  app.get(
    "/v1/nearby/:id/hub",
    ownPages,
    upgradeWebSocket((c: Context<AppEnv>) => {
      const { address, announcement } = found(c)
      return pipeToNeighbour(`ws://${address}:${announcement.port}/v1/hub`)
    }),
  )
  app.all("/v1/nearby/:id/rooms/*", ownPages, async (c) => {
    const { address, announcement } = found(c)
    const url = new URL(c.req.url)
    const path = /^\/v1\/nearby\/[^/]+(\/.*)$/u.exec(url.pathname)?.[1] ?? ""
    if (!roomPath.test(path)) throw new Problem("NOT_FOUND", "Cannot answer: there is no such route")
    const headers = new Headers(passedOn.flatMap((name) => pairOf(name, c.req.header(name))))
    const body = ["PUT", "POST"].includes(c.req.method) ? await c.req.arrayBuffer() : null
    const answer = await fetch(`http://${address}:${announcement.port}/v1${path}${url.search}`, {
      method: c.req.method,
      headers,
      body,
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
    })
    const back = new Headers(passedBack.flatMap((name) => pairOf(name, answer.headers.get(name))))
    return new Response(answer.body, { status: answer.status, headers: back })
  })
}

function pairOf(name: string, value: string | null | undefined): [string, string][] {
  return value === null || value === undefined ? [] : [[name, value]]
}

function toJson({ id, announcement }: Neighbour) {
  const { tag, port, at, signature, shown } = announcement
  return { id, tag: toBase64Url(tag), port, at, signature: toBase64Url(signature), ...(shown && { shown }) }
}
