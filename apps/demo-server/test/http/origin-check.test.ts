import { describe, expect, test } from "vitest"
import { generateKE1, toBase64Url } from "@darkslide/crypto"
import { answerOf, createUpload, json, login, register } from "../blind-client.ts"
import type { Send } from "../blind-client.ts"
import { host, problemCode, serverFixture } from "../server-fixture.ts"

const listed = "https://photos.example"
const evil = "https://evil.example"
const loginStart = { handle: "ada", suite: 1, ke1: toBase64Url(generateKE1("x").ke1) }

type Headers = Readonly<Record<string, string>>
const browsers: readonly (readonly [string, Headers, "cookie" | "bearer" | "nothing", number])[] = [
  ["this page with its cookie", { origin: host, "sec-fetch-site": "same-origin" }, "cookie", 204],
  ["this page in an old browser", { origin: host }, "cookie", 204],
  ["this page without an Origin", { "sec-fetch-site": "same-origin" }, "cookie", 204],
  ["a listed page with a bearer token", { origin: listed, "sec-fetch-site": "cross-site" }, "bearer", 204],
  ["a device with a bearer token", {}, "bearer", 204],
  ["a listed page with a cookie", { origin: listed, "sec-fetch-site": "cross-site" }, "cookie", 403],
  ["another page with a cookie", { origin: evil, "sec-fetch-site": "cross-site" }, "cookie", 403],
  ["another page with a bearer token", { origin: evil, "sec-fetch-site": "cross-site" }, "bearer", 403],
  ["another page without fetch metadata", { origin: evil }, "cookie", 403],
  ["another port of this host", { origin: `${host}:1`, "sec-fetch-site": "same-site" }, "cookie", 403],
  ["a page that hides its origin", { origin: "null", "sec-fetch-site": "cross-site" }, "cookie", 403],
  ["a page without an Origin", { "sec-fetch-site": "cross-site" }, "cookie", 403],
  ["a sister page without an Origin", { "sec-fetch-site": "same-site" }, "cookie", 403],
  ["a typed address", { "sec-fetch-site": "none" }, "cookie", 403],
  ["a page that lies about its origin", { origin: host, "sec-fetch-site": "cross-site" }, "cookie", 403],
  ["no browser, with a cookie", {}, "cookie", 403],
]

async function signedIn() {
  const fixture = await serverFixture({ allowedOrigins: [listed] })
  const { token } = await register(fixture.send, "ada")
  const same: Send = (path, init) => {
    const headers = { "content-type": "application/json", origin: host }
    return fixture.send(path, { ...init, headers })
  }
  const response = await login(same, { handle: "ada", session: "cookie" })
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? ""
  return { ...fixture, shown: { cookie: { cookie }, bearer: { authorization: `Bearer ${token}` }, nothing: {} } }
}

describe("an unsafe method", () => {
  test.each(browsers)("from %s", async (_who, headers, credential, expected) => {
    const { send, shown } = await signedIn()
    for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded", undefined]) {
      const typed: Headers = type === undefined ? {} : { "content-type": type }
      const all = { ...headers, ...shown[credential], ...typed }
      const { status } = await send("/v1/sessions/none", { method: "DELETE", headers: all })
      // Past the check the session does not exist; before it, nobody learns that.
      expect(status).toBe(expected === 204 ? 404 : expected)
    }
    const out = await send("/v1/session", { method: "DELETE", headers: { ...headers, ...shown[credential] } })
    expect(out.status).toBe(expected)
  })

  test("of an upload is checked like any other", async () => {
    const { send, shown } = await signedIn()
    const from =
      (headers: Headers): Send =>
      (path, init) =>
        send(path, { ...init, headers: { ...(init?.headers as Headers), ...headers } })
    const created = await createUpload(from({ ...shown.cookie, origin: evil }), 10)
    expect(await problemCode(created)).toBe("ORIGIN_REFUSED")
    expect((await createUpload(from({ ...shown.cookie, origin: host }), 10)).status).toBe(201)
  })

  test.each([
    ["a listed page", { origin: listed, "sec-fetch-site": "cross-site" }, 200],
    ["no browser", {}, 200],
    ["this page", { origin: host }, 200],
    ["another page", { origin: evil }, 403],
    ["no browser, with a cookie", { cookie: "darkslide=x" }, 403],
  ])("that signs in, from %s", async (_who, headers: Headers, expected) => {
    const { send } = await signedIn()
    expect((await send("/v1/login/start", json("POST", loginStart, headers))).status).toBe(expected)
  })
})

describe("a read", () => {
  test("does not count a cookie that another origin's page brought", async () => {
    const { send, shown } = await signedIn()
    const read = async (headers: Headers) =>
      (await send("/v1/account", { headers: { ...shown.cookie, ...headers } })).status
    expect(await read({})).toBe(200)
    expect(await read({ "sec-fetch-site": "same-origin" })).toBe(200)
    for (const headers of [{ origin: evil }, { origin: listed }, { "sec-fetch-site": "cross-site" }]) {
      expect(await read(headers)).toBe(401)
    }
  })
})

describe("cross-origin sharing", () => {
  test("is for listed origins, without credentials", async () => {
    const { send, shown } = await signedIn()
    const asked = { "access-control-request-method": "PATCH", "access-control-request-headers": "authorization" }
    const preflight = await send("/v1/uploads/x", { method: "OPTIONS", headers: { ...asked, origin: listed } })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get("access-control-allow-origin")).toBe(listed)
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PATCH")
    expect(preflight.headers.get("access-control-allow-headers")).toMatch(/Authorization.*Upload-Offset/)
    expect(preflight.headers.has("access-control-allow-credentials")).toBe(false)
    const read = await send("/v1/account", { headers: { ...shown.bearer, origin: listed } })
    expect(read.headers.get("access-control-allow-origin")).toBe(listed)
    expect(read.headers.get("access-control-expose-headers")).toMatch(/Location.*Upload-Offset/)
    const refused = await send("/v1/account", { headers: { origin: listed } })
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, listed])
  })

  test("tells other origins nothing", async () => {
    const { send } = await signedIn()
    for (const init of [
      { method: "OPTIONS", headers: { origin: evil, "access-control-request-method": "PUT" } },
      { method: "OPTIONS", headers: { origin: evil } },
      { headers: { origin: evil } },
    ]) {
      const response = await send("/v1/uploads", init)
      expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([])
      expect(response.headers.get("vary")).toContain("Origin")
    }
  })

  test("gives a listed page a whole life: login, upload, token, sign-out", async () => {
    const { send } = await serverFixture({ allowedOrigins: [listed] })
    const away: Send = (path, init) => {
      const headers = new Headers(init?.headers)
      headers.set("origin", listed)
      return send(path, { ...init, headers })
    }
    const client = await register(away, "ada")
    expect((await createUpload(client.send, 10)).status).toBe(201)
    const { accountId } = await answerOf<{ accountId: string }>(await client.send("/v1/session"))
    expect(accountId).toBe(client.account.accountId)
    expect((await client.send("/v1/session", { method: "DELETE" })).status).toBe(204)
    expect((await client.send("/v1/session")).status).toBe(401)
  })
})
