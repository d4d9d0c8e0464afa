import { maxItemBytes } from "@darkslide/rooms/server"
import { bodyLimit } from "hono/body-limit"
import { createSignIn } from "./accounts/sign-in.ts"
import { createDeviceTokens } from "./accounts/device-tokens.ts"
import { createSessionKeeper } from "./accounts/session-keeper.ts"
import { createAddingCredential } from "./http/adding-credential.ts"
import { crossOrigin } from "./http/cross-origin.ts"
import { checkOrigin } from "./http/origin-check.ts"
import { pages } from "./http/pages.ts"
import { Problem, problemResponse } from "./http/problem.ts"
import { requestLog } from "./http/request-log.ts"
import { createRouter } from "./http/router.ts"
import type { Router } from "./http/router.ts"
import { securityHeaders } from "./http/security-headers.ts"
import { cookieNames, createSessionCredential } from "./http/session-credential.ts"
import type { Scheme } from "./http/session-credential.ts"
import { toProblem } from "./http/to-problem.ts"
import type { AppPorts } from "./ports.ts"
import { accountRoutes } from "./routes/accounts.ts"
import { alertRoutes } from "./routes/alerts.ts"
import { captureLogRoutes } from "./routes/capture-log.ts"
import { captureRoutes } from "./routes/captures.ts"
import { deviceRoutes } from "./routes/devices.ts"
import { forwardingRoutes } from "./routes/forwarding.ts"
import { healthRoutes } from "./routes/health.ts"
import { historyRoutes } from "./routes/history.ts"
import { iceServerRoutes } from "./routes/ice-servers.ts"
import { inboxRoutes } from "./routes/inbox.ts"
import { hubRoutes } from "./routes/hub.ts"
import { loginRoutes } from "./routes/login.ts"
import { nearbyRoutes } from "./routes/nearby.ts"
import { registrationRoutes } from "./routes/registration.ts"
import { roomItemRoutes } from "./routes/room-items.ts"
import { sessionRoutes } from "./routes/sessions.ts"
import { uploadRoutes } from "./routes/uploads.ts"

const maxJsonBytes = 2 << 20

/** The whole HTTP interface over its ports: `app.request(…)` answers without a socket. */
export function createApp(ports: AppPorts): Router {
  const { storage, origins, log } = ports
  const schemeOf = (request: Request): Scheme =>
    (origins.ownOrigin ?? request.url).startsWith("https:") ? "https" : "http"
  const keeper = createSessionKeeper(storage.sessions, ports.now)
  const credential = createSessionCredential(keeper, schemeOf)
  const devices = createDeviceTokens(ports.now)
  const adding = createAddingCredential(devices, credential)
  const signIn = createSignIn({ keeper, credential, sessions: storage.sessions })

  const app = createRouter()
  app.onError((error, c) => {
    const problem = toProblem(error)
    if (problem.status >= 500) log.error({ code: problem.code, err: problem.cause ?? problem }, "request failed")
    return c.req.method === "HEAD" ? new Response(null, problemResponse(problem)) : problemResponse(problem)
  })
  app.notFound(() => problemResponse(new Problem("NOT_FOUND", "Cannot answer: there is no such route")))

  app.use(requestLog(log))
  app.use("/v1/*", securityHeaders({ for: "api", scheme: schemeOf }), crossOrigin(origins))
  app.use("/v1/*", checkOrigin(origins, cookieNames))
  app.use("/v1/*", jsonLimit())
  healthRoutes(app)
  registrationRoutes(app, ports, signIn)
  loginRoutes(app, ports, credential, signIn)
  sessionRoutes(app, ports, credential)
  accountRoutes(app, ports, credential)
  deviceRoutes(app, ports, devices)
  uploadRoutes(app, ports, credential, adding)
  captureRoutes(app, ports, credential, adding)
  captureLogRoutes(app, ports, credential)
  historyRoutes(app, ports, credential)
  inboxRoutes(app, ports, credential)
  alertRoutes(app, ports, credential)
  hubRoutes(app, ports)
  roomItemRoutes(app, ports)
  iceServerRoutes(app, ports)
  forwardingRoutes(app, ports)
  nearbyRoutes(app, ports)
  app.doc31("/v1/openapi.json", { openapi: "3.1.0", info: { title: "Darkslide", version: "1" } })

  app.use("*", securityHeaders({ for: "pages", scheme: schemeOf }))
  pages(app, ports.webFolder)
  return app
}

/** A room's items, here or at a neighbour's. */
function isItemPath(path: string): boolean {
  return /^\/v1\/(?:nearby\/[^/]+\/)?rooms\/[^/]+\/items/u.test(path)
}

/** Every body but an upload's or a room item's is JSON of this size at most. */
function jsonLimit() {
  const limit = bodyLimit({
    maxSize: maxJsonBytes,
    onError() {
      throw new Problem("BODY_TOO_LARGE", "Cannot read body: 2 MiB are the limit")
    },
  })
  const itemLimit = bodyLimit({
    maxSize: maxItemBytes,
    onError() {
      throw new Problem("BODY_TOO_LARGE", "Cannot read body: the item is too large")
    },
  })
  return async (c: Parameters<typeof limit>[0], next: Parameters<typeof limit>[1]) => {
    if (c.req.path.startsWith("/v1/uploads")) return await next()
    return await (isItemPath(c.req.path) ? itemLimit : limit)(c, next)
  }
}
