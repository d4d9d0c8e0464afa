import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { problemCode, serverFixture, temporaryFolder } from "../server-fixture.ts"

async function webApp() {
  const webFolder = await temporaryFolder()
  await mkdir(join(webFolder, "assets"))
  await writeFile(join(webFolder, "index.html"), "<!doctype html>start")
  await writeFile(join(webFolder, "assets/app-1a2b3c.js"), "export {}")
  await writeFile(join(webFolder, "icon.svg"), "<svg/>")
  return await serverFixture({ webFolder })
}

describe("the web app", () => {
  test("is served with its start page for every path of its own", async () => {
    const { send } = await webApp()
    for (const path of ["/", "/camera", "/library/some/where", "/index.html"]) {
      const response = await send(path)
      expect(await response.text()).toBe("<!doctype html>start")
      expect(response.headers.get("content-type")).toMatch(/^text\/html/)
      expect(response.headers.get("cache-control")).toBe("no-cache")
    }
    expect((await send("/icon.svg")).headers.get("content-type")).toMatch(/^image\/svg\+xml/)
  })

  test("has assets that never change, and none that do not exist", async () => {
    const { send } = await webApp()
    const asset = await send("/assets/app-1a2b3c.js")
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable")
    expect(asset.headers.get("content-type")).toMatch(/^text\/javascript/)
    expect(await problemCode(await send("/assets/old.js"))).toBe("NOT_FOUND")
  })

  test.each([
    "/../secrets.json",
    "/..%2fsecrets.json",
    "/assets/..%5c..%5csecrets.json",
    "/%2e%2e/secrets.json",
    "//etc/passwd",
  ])("stays in its folder for %s", async (path) => {
    const { send } = await webApp()
    const text = await (await send(path)).text()
    expect(text).not.toContain("oprfSeed")
    expect(text).not.toContain("root:")
  })

  test("says how it is built while it is not", async () => {
    const { send } = await serverFixture()
    const response = await send("/")
    expect(response.status).toBe(200)
    expect(await response.text()).toContain("pnpm build:demo")
  })
})

describe("headers", () => {
  test("of a page allow this server's own scripts and nothing else", async () => {
    const { send } = await webApp()
    const { headers } = await send("/")
    const policy = headers.get("content-security-policy") ?? ""
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types lit-html darkslide-worker")
    expect(policy).not.toMatch(/unsafe|data:|\*|http/)
    for (const name of ["camera", "microphone", "display-capture"])
      expect(headers.get("permissions-policy")).toContain(`${name}=(self)`)
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin")
    expect(headers.get("cross-origin-embedder-policy")).toBe("require-corp")
    expect(headers.has("strict-transport-security")).toBe(false)
  })

  test.each(["/v1/health", "/v1/nothing", "/v1/account"])("of %s leave an answer without power", async (path) => {
    const { send } = await webApp()
    const { headers } = await send(path)
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'; sandbox")
    expect(headers.get("cache-control")).toBe("no-store")
    expect(headers.get("x-content-type-options")).toBe("nosniff")
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin")
    expect(headers.get("referrer-policy")).toBe("no-referrer")
  })
})

describe("the OpenAPI document", () => {
  test("describes every route of the interface", async () => {
    const { send } = await serverFixture()
    const document = (await (await send("/v1/openapi.json")).json()) as {
      openapi: string
      paths: Record<string, object>
    }
    expect(document.openapi).toBe("3.1.0")
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(routes.toSorted()).toMatchInlineSnapshot(`
      [
        "DELETE /v1/alerts/mutes/{kind}",
        "DELETE /v1/alerts/targets/{id}",
        "DELETE /v1/captures/{id}",
        "DELETE /v1/history",
        "DELETE /v1/inbox/devices/{id}",
        "DELETE /v1/inbox/{id}",
        "DELETE /v1/rooms/{room}/items",
        "DELETE /v1/session",
        "DELETE /v1/sessions/{id}",
        "DELETE /v1/uploads/{id}",
        "GET /v1/account",
        "GET /v1/alerts",
        "GET /v1/captures",
        "GET /v1/captures/{id}",
        "GET /v1/captures/{id}/chunks",
        "GET /v1/captures/{id}/export",
        "GET /v1/captures/{id}/media",
        "GET /v1/captures/{id}/thumbnail",
        "GET /v1/heads",
        "GET /v1/health",
        "GET /v1/history",
        "GET /v1/history/{number}",
        "GET /v1/hub",
        "GET /v1/inbox",
        "GET /v1/inbox/devices",
        "GET /v1/inbox/{id}/chunks",
        "GET /v1/inbox/{id}/media",
        "GET /v1/inbox/{id}/thumbnail",
        "GET /v1/nearby",
        "GET /v1/rooms/{room}/ice-servers",
        "GET /v1/rooms/{room}/items",
        "GET /v1/rooms/{room}/items/{id}",
        "GET /v1/session",
        "GET /v1/sessions",
        "GET /v1/tombstones",
        "HEAD /v1/uploads/{id}",
        "PATCH /v1/uploads/{id}",
        "POST /v1/alerts/targets",
        "POST /v1/alerts/targets/{id}/test",
        "POST /v1/alerts/{id}/acknowledged",
        "POST /v1/devices/login/finish",
        "POST /v1/devices/login/start",
        "POST /v1/inbox",
        "POST /v1/inbox/reviewed",
        "POST /v1/login/finish",
        "POST /v1/login/start",
        "POST /v1/register/finish",
        "POST /v1/register/start",
        "POST /v1/rooms/{room}/forwarding",
        "POST /v1/uploads",
        "PUT /v1/account/state",
        "PUT /v1/alerts/mutes/{kind}",
        "PUT /v1/alerts/quiet-hours",
        "PUT /v1/captures/{id}",
        "PUT /v1/history/{number}",
        "PUT /v1/inbox/devices/{id}",
        "PUT /v1/rooms/{room}/beacons",
        "PUT /v1/rooms/{room}/items/{id}",
      ]
    `)
  })
})
