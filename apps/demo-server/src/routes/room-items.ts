import { maxItemBytes, type Visitor } from "@darkslide/rooms/server"
import { createRoute, z } from "@hono/zod-openapi"
import type { Context } from "hono"
import { sealedPart } from "../captures/sealed-bytes.ts"
import type { AppEnv } from "../http/app-env.ts"
import { id16 } from "../http/binary-field.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { bytesAnswer, jsonAnswer } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import { bearerToken } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"

const room = z.string().regex(/^[a-z2-7]{26}$/u)
const inRoom = z.object({ room })
const oneItem = z.object({ room, id: id16 })
const count = z.number().int()
const item = z.object({ id: id16, bytes: count, storedAt: count, expiresAt: count, maxReads: count, reads: count })

const list = createRoute({
  method: "get",
  path: "/v1/rooms/{room}/items",
  request: { params: inRoom },
  responses: {
    200: jsonAnswer("In the order in which they came", z.object({ items: z.array(item) }).openapi("RoomItems")),
    ...problemAnswers("NOT_IN_ROOM"),
  },
})
const put = createRoute({
  method: "put",
  path: "/v1/rooms/{room}/items/{id}",
  request: {
    params: oneItem,
    query: z.object({
      ttlMs: z.coerce
        .number()
        .int()
        .min(1)
        .max(7 * 86_400_000),
      maxReads: z.coerce.number().int().min(1).max(10_000),
    }),
    body: {
      required: true,
      content: { "application/octet-stream": { schema: { type: "string" as const, format: "binary" } } },
    },
  },
  responses: {
    200: { description: "These very bytes are there already" },
    201: { description: "Stored: it is on disk" },
    ...problemAnswers(
      "NOT_IN_ROOM",
      "ONLY_LISTENING",
      "ITEM_TAKEN",
      "BODY_TOO_LARGE",
      "ROOM_ITEMS_FULL",
      "RATE_LIMITED",
    ),
  },
})
const show = createRoute({
  method: "get",
  path: "/v1/rooms/{room}/items/{id}",
  request: { params: oneItem },
  responses: {
    200: bytesAnswer("The sealed bytes; `Darkslide-Reads-Left` says how often they can be read from now on"),
    ...problemAnswers("NOT_IN_ROOM", "ITEM_NOT_FOUND"),
  },
})
const clear = createRoute({
  method: "delete",
  path: "/v1/rooms/{room}/items",
  request: { params: inRoom },
  responses: { 204: { description: "All of them are gone" }, ...problemAnswers("NOT_IN_ROOM", "ONLY_LISTENING") },
})

const limits = { maxItems: 50, maxBytes: 64 << 20 }

/**
 * Sealed pictures of channels, for a while. Whoever is connected to the room's hub shows it by the pass of that connection;
 * roles are the members' business.
 */
export function roomItemRoutes(app: Router, { rooms, limiters, addressOf, now }: AppPorts): void {
  const { hub, items } = rooms

  function visitorOf(c: Context<AppEnv>, roomId: string): Visitor {
    const visitor = hub.visitor(roomId, bearerToken(c) ?? "")
    if (visitor === undefined) throw new Problem("NOT_IN_ROOM", "Cannot answer: no pass of this room was shown")
    return visitor
  }

  function requireMember(c: Context<AppEnv>, roomId: string): void {
    if (visitorOf(c, roomId).watches) throw new Problem("ONLY_LISTENING", "Cannot change items: only listening")
  }

  app.openapi(list, async (c) => {
    const { room: roomId } = c.req.valid("param")
    visitorOf(c, roomId)
    return c.json({ items: [...(await items.list(roomId, now()))] }, 200)
  })
  app.openapi(put, async (c) => {
    const { room: roomId, id } = c.req.valid("param")
    requireMember(c, roomId)
    const taken = await limiters.roomItemsPerAddress.take(addressOf(c))
    if (!taken.allowed) {
      const retryAfter = taken.retryAfterMs / 1000
      throw new Problem("RATE_LIMITED", "Cannot store item: too many from this address", { retryAfter })
    }
    const sealed = new Uint8Array(await c.req.arrayBuffer())
    if (sealed.length > maxItemBytes) throw new Problem("BODY_TOO_LARGE", "Cannot store item: it is too large")
    const { ttlMs, maxReads } = c.req.valid("query")
    const storedAt = now()
    switch (await items.put(roomId, { id, sealed, maxReads, storedAt, expiresAt: storedAt + ttlMs }, limits)) {
      case "stored":
        return c.body(null, 201)
      case "stands":
        return c.body(null, 200)
      case "taken":
        throw new Problem("ITEM_TAKEN", "Cannot store item: another one has this id")
      case "full":
        throw new Problem("ROOM_ITEMS_FULL", "Cannot store item: the room holds as much as it may")
    }
  })
  app.openapi(show, async (c) => {
    const { room: roomId, id } = c.req.valid("param")
    const { watches } = visitorOf(c, roomId)
    // Hono answers HEAD by the route of GET: asking whether it is there is no read.
    if (c.req.method === "HEAD") {
      const isThere = (await items.list(roomId, now())).some((held) => held.id === id)
      if (isThere) return new Response(null)
    }
    const read = c.req.method === "GET" ? await items.read(roomId, id, { now: now(), counts: !watches }) : undefined
    if (read === undefined) throw new Problem("ITEM_NOT_FOUND", "Cannot answer: there is no such item, or no longer")
    const response = sealedPart(read.sealed)
    response.headers.set("darkslide-reads-left", String(read.readsLeft))
    return response
  })
  app.openapi(clear, async (c) => {
    const { room: roomId } = c.req.valid("param")
    requireMember(c, roomId)
    await items.clear(roomId)
    return c.body(null, 204)
  })
}
