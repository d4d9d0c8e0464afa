import { turnCredentials } from "@darkslide/rooms/server"
import { createRoute, z } from "@hono/zod-openapi"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { jsonAnswer } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import { bearerToken } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"

/** As `RTCConfiguration.iceServers` takes them (WebRTC 4.2.4). */
const iceServer = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
})

const show = createRoute({
  method: "get",
  path: "/v1/rooms/{room}/ice-servers",
  request: { params: z.object({ room: z.string().regex(/^[a-z2-7]{26}$/u) }) },
  responses: {
    200: jsonAnswer(
      "Where a call of this room finds its way; none where this server knows no relay. The credentials end by themselves, and name nobody. `forwarding`: whether this server passes calls on",
      z.object({ iceServers: z.array(iceServer), forwarding: z.boolean() }).openapi("IceServers"),
    ),
    ...problemAnswers("NOT_IN_ROOM", "ONLY_LISTENING"),
  },
})

const lifetimeSeconds = 4 * 3600

/** The relay of calls, for those who are in a room: others would pass on what is theirs through it. */
export function iceServerRoutes(app: Router, { rooms, turn, forwarder, now }: AppPorts): void {
  app.openapi(show, (c) => {
    const { room } = c.req.valid("param")
    const visitor = rooms.hub.visitor(room, bearerToken(c) ?? "")
    if (!visitor) throw new Problem("NOT_IN_ROOM", "Cannot answer: no pass of this room was shown")
    if (visitor.watches) throw new Problem("ONLY_LISTENING", "Cannot answer: only listening")
    return c.json({ iceServers: turn ? iceServersOf(turn, now()) : [], forwarding: forwarder !== undefined }, 200)
  })
}

/** STUN tells an address to whoever asks, and takes no credentials. */
function iceServersOf(turn: NonNullable<AppPorts["turn"]>, now: number): z.infer<typeof iceServer>[] {
  const isStun = (url: string): boolean => url.startsWith("stun:")
  const [stun, relays] = [turn.urls.filter(isStun), turn.urls.filter((url) => !isStun(url))]
  const { urls, username, credential } = turnCredentials({ urls: relays, secret: turn.secret, lifetimeSeconds, now })
  return [
    ...(stun.length > 0 ? [{ urls: stun }] : []),
    ...(relays.length > 0 ? [{ urls: [...urls], username, credential }] : []),
  ]
}
