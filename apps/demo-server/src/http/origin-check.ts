import type { MiddlewareHandler } from "hono"
import type { AppEnv } from "./app-env.ts"
import { Problem } from "./problem.ts"

/**
 * Who sent the request, by what only a browser can set:
 * - `same`: a page of this server.
 * - `listed`: a page of an origin that the operator allows.
 * - `none`: no browser page (a device, a command).
 * - `foreign`: anything else.
 */
export type RequestOrigin = "same" | "listed" | "none" | "foreign"

export interface OriginPolicy {
  /** This server's own origin when a proxy stands before it; from the `Host` header otherwise. */
  readonly ownOrigin?: string | undefined
  readonly allowedOrigins: readonly string[]
}

export function requestOrigin(request: Request, policy: OriginPolicy): RequestOrigin {
  const origin = request.headers.get("origin")
  const site = request.headers.get("sec-fetch-site")
  if (origin === null) {
    if (site === null) return "none"
    return site === "same-origin" ? "same" : "foreign"
  }
  const own = policy.ownOrigin ?? new URL(request.url).origin
  if (origin === own) return site === null || site === "same-origin" ? "same" : "foreign"
  return policy.allowedOrigins.includes(origin) ? "listed" : "foreign"
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"])
/** What someone without a session calls: these answer with a bearer token to whoever may hold one. */
const openRoutes = new Set(["/v1/register/start", "/v1/register/finish", "/v1/login/start", "/v1/login/finish"])

/**
 * Our own check on every unsafe method, whatever its content type: the same origin, or an allow-listed one with a
 * bearer token, or no browser at all and then no cookie. Also decides whether a cookie counts for this request.
 */
export function checkOrigin(policy: OriginPolicy, cookieNames: readonly string[]): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const origin = requestOrigin(c.req.raw, policy)
    c.set("origin", origin)
    if (!safeMethods.has(c.req.method) && !mayChange(c.req.raw, origin, cookieNames)) {
      throw new Problem("ORIGIN_REFUSED", "Cannot change anything: the request comes from another origin")
    }
    return await next()
  }
}

function mayChange(request: Request, origin: RequestOrigin, cookieNames: readonly string[]): boolean {
  const bearer = request.headers.get("authorization")?.startsWith("Bearer ") === true
  if (origin === "same") return true
  if (origin === "listed") return bearer || openRoutes.has(new URL(request.url).pathname)
  if (origin === "foreign") return false
  const cookies = request.headers.get("cookie") ?? ""
  return bearer || !cookieNames.some((name) => cookies.includes(`${name}=`))
}
