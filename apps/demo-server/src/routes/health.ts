import { createRoute, z } from "@hono/zod-openapi"
import { jsonAnswer } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"

const health = createRoute({
  method: "get",
  path: "/v1/health",
  responses: { 200: jsonAnswer("The server answers", z.object({ status: z.literal("ok") })) },
})

export function healthRoutes(app: Router): void {
  app.openapi(health, (c) => c.json({ status: "ok" as const }, 200))
}
