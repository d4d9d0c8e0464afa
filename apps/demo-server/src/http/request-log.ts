import type { Context, MiddlewareHandler } from "hono"
import { matchedRoutes } from "hono/route"
import type { Logger } from "pino"
import type { AppEnv } from "./app-env.ts"

/** One line for each request. The pattern of the route, never the URL: ids and whatever people type stay out. */
export function requestLog(log: Logger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = performance.now()
    await next()
    const ms = Math.round(performance.now() - start)
    log.info({ method: c.req.method, route: routeOf(c), status: c.res.status, ms }, "request")
  }
}

function routeOf(c: Context<AppEnv>): string {
  return matchedRoutes(c).findLast(({ path }) => !path.includes("*"))?.path ?? "*"
}
