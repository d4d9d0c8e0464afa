import { upgradeWebSocket } from "@hono/node-server"
import { createRoute } from "@hono/zod-openapi"
import { hubSocketEvents } from "@darkslide/rooms/server"
import type { MiddlewareHandler } from "hono"
import type { AppEnv } from "../http/app-env.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import type { Router } from "../http/router.ts"
import type { AppPorts } from "../ports.ts"

const connect = createRoute({
  method: "get",
  path: "/v1/hub",
  responses: {
    101: { description: "A WebSocket to the hub of rooms: docs/formats/rooms.md" },
    ...problemAnswers("REQUEST_MALFORMED", "ORIGIN_REFUSED", "RATE_LIMITED"),
  },
})

/** Where rooms meet. A browser shows the page's origin with every WebSocket: other pages are refused. */
export function hubRoutes(app: Router, { rooms, limiters, addressOf }: AppPorts): void {
  const admit: MiddlewareHandler<AppEnv> = async (c, next) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket")
      throw new Problem("REQUEST_MALFORMED", "Cannot connect: only WebSockets are spoken here")
    if (c.get("origin") === "foreign")
      throw new Problem("ORIGIN_REFUSED", "Cannot connect: the page is of another origin")
    const taken = await limiters.hubConnectionsPerAddress.take(addressOf(c))
    if (!taken.allowed) {
      const retryAfter = taken.retryAfterMs / 1000
      throw new Problem("RATE_LIMITED", "Cannot connect: too many connections from this address", { retryAfter })
    }
    return await next()
  }
  app.openAPIRegistry.registerPath(connect)
  app.get(
    connect.path,
    admit,
    upgradeWebSocket(() => hubSocketEvents(rooms.hub)),
  )
}
