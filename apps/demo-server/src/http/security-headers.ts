import type { MiddlewareHandler } from "hono"
import type { AppEnv } from "./app-env.ts"

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types lit-html darkslide-worker",
].join("; ")

const allowed = [
  ...["camera", "display-capture", "fullscreen", "microphone"],
  ...["publickey-credentials-create", "publickey-credentials-get"],
]
const denied = [
  ...["accelerometer", "browsing-topics", "geolocation", "gyroscope", "hid", "midi", "payment"],
  ...["serial", "usb"],
]
const permissionsPolicy = [...allowed.map((name) => `${name}=(self)`), ...denied.map((name) => `${name}=()`)].join(", ")

/** On every answer. */
const always: readonly (readonly [string, string])[] = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-resource-policy", "same-origin"],
]

/** What a page may do. Of no use on an answer that is not a document. */
const forPages: readonly (readonly [string, string])[] = [
  ...always,
  ["content-security-policy", contentSecurityPolicy],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-embedder-policy", "require-corp"],
  ["origin-agent-cluster", "?1"],
  ["permissions-policy", permissionsPolicy],
  ["x-frame-options", "DENY"],
]

/** An answer of the API is data, never kept, and, should a browser ever show it, without any power. */
const forApi: readonly (readonly [string, string])[] = [
  ...always,
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"],
  ["cache-control", "no-store"],
]

const strictTransport = "max-age=63072000; includeSubDomains"

export interface SecurityHeadersOptions {
  readonly for: "pages" | "api"
  readonly scheme: (request: Request) => "http" | "https"
}

export function securityHeaders(options: SecurityHeadersOptions): MiddlewareHandler<AppEnv> {
  const set = options.for === "api" ? forApi : forPages
  return async (c, next) => {
    await next()
    for (const [name, value] of set) c.res.headers.set(name, value)
    if (options.scheme(c.req.raw) === "https") c.res.headers.set("strict-transport-security", strictTransport)
  }
}
