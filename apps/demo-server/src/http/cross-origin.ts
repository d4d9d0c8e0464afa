import type { MiddlewareHandler } from "hono"
import type { AppEnv } from "./app-env.ts"
import type { OriginPolicy } from "./origin-check.ts"

const tusHeaders = ["Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata"]
const allowedHeaders = ["Authorization", "Content-Type", "Range", "If-Range", ...tusHeaders].join(", ")
const exposedHeaders = [
  ...["Content-Range", "ETag", "Location", "Retry-After", "Content-Disposition"],
  ...["Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size"],
  ...["Upload-Offset", "Upload-Length", "Upload-Expires"],
].join(", ")

/** CORS for the allow-listed origins, without credentials: their pages hold a bearer token instead of a cookie. */
export function crossOrigin(policy: OriginPolicy): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const origin = c.req.header("origin")
    const allowed = origin !== undefined && policy.allowedOrigins.includes(origin)
    if (c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined) {
      return new Response(null, { status: 204, headers: allowed ? preflightHeaders(origin) : { vary: "Origin" } })
    }
    await next()
    c.res.headers.append("vary", "Origin")
    if (!allowed) return undefined
    c.res.headers.set("access-control-allow-origin", origin)
    c.res.headers.set("access-control-expose-headers", exposedHeaders)
    // The page's own origin isolates it; without this its fetch of a sealed file would be blocked by ours.
    c.res.headers.set("cross-origin-resource-policy", "cross-origin")
    return undefined
  }
}

function preflightHeaders(origin: string): Record<string, string> {
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": allowedHeaders,
    "access-control-max-age": "600",
  }
}
