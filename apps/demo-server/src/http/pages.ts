import { serveStatic } from "@hono/node-server/serve-static"
import type { MiddlewareHandler } from "hono"
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { AppEnv } from "./app-env.ts"
import type { Router } from "./router.ts"

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Darkslide</title>
<h1>Darkslide is running</h1>
<p>The web app is not built yet. Run <code>pnpm build:demo</code> in the checkout, then start the server again.</p>
`

/** The web app: files by name, and its start page for every path that it routes itself. */
export function pages(app: Router, webFolder: string): void {
  if (!existsSync(join(webFolder, "index.html"))) {
    app.get("/", (c) => c.html(notBuilt, 200, { "cache-control": "no-cache" }))
    return
  }
  app.use("*", cacheByName, serveStatic({ root: webFolder }))
  const startPage = serveStatic({ root: webFolder, path: "index.html" })
  app.get("*", async (c, next) => {
    const { path } = c.req
    const belongsToPage = path !== "/v1" && !path.startsWith("/v1/") && !path.startsWith("/assets/")
    return belongsToPage ? await startPage(c, next) : await next()
  })
}

/** Vite puts a hash of the content into each name under assets/; everything else is asked for again. */
const cacheByName: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  if (!c.res.ok) return
  c.res.headers.set(
    "cache-control",
    c.req.path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  )
}
