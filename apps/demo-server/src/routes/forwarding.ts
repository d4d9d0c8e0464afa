import { createRoute, z } from "@hono/zod-openapi"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { jsonAnswer, jsonBody } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import { bearerToken } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"

const sdp = z.string()
const id = z.string().regex(/^[A-Za-z0-9_-]{22}$/u)
const request = z.discriminatedUnion("t", [
  z.strictObject({ t: z.literal("publish"), sdp }),
  z.strictObject({ t: z.literal("watch"), feed: id }),
  z.strictObject({ t: z.literal("answer"), watch: id, sdp }),
  z.strictObject({ t: z.literal("unwatch"), watch: id }),
  z.strictObject({ t: z.literal("leave") }),
])
const answer = z.union([
  z.object({ feed: id, sdp }),
  z.object({ watch: id, sdp, mids: z.record(z.string(), z.string()) }),
])

const ask = createRoute({
  method: "post",
  path: "/v1/rooms/{room}/forwarding",
  request: { params: z.object({ room: z.string().regex(/^[a-z2-7]{26}$/u) }), ...jsonBody(request) },
  responses: {
    200: jsonAnswer("To `publish` and `watch`: docs/formats/forwarding.md", answer.openapi("Forwarded")),
    204: { description: "To all else: done" },
    400: { description: "No request" },
    404: { description: "No such feed or connection in this room, or one's own" },
    413: { description: "Above 64 KiB" },
    422: { description: "A description that the unit does not take" },
    429: { description: "Eight people are there, or too many connections or requests" },
    ...problemAnswers("NOT_IN_ROOM", "ONLY_LISTENING"),
    409: {
      description: "Answered already; or, with a problem document, FORWARDING_OFF: this server passes no calls on",
    },
  },
})

/**
 * Passes on the sealed streams of calls, for members of the room. The unit checks pass and request itself, and its refusals have
 * no body: it is the package's own, on every server.
 */
export function forwardingRoutes(app: Router, { rooms, forwarder }: AppPorts): void {
  app.openAPIRegistry.registerPath(ask)
  app.post("/v1/rooms/:room/forwarding", async (c) => {
    const room = c.req.param("room")
    const visitor = rooms.hub.visitor(room, bearerToken(c) ?? "")
    if (!visitor) throw new Problem("NOT_IN_ROOM", "Cannot forward: no pass of this room was shown")
    if (visitor.watches) throw new Problem("ONLY_LISTENING", "Cannot forward: only listening")
    if (!forwarder) throw new Problem("FORWARDING_OFF", "Cannot forward: this server passes no calls on")
    return await forwarder.handle(room, c.req.raw)
  })
}
