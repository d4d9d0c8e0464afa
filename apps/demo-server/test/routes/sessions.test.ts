import { describe, expect, test } from "vitest"
import { answerOf, json, login, prepareAccount, register } from "../blind-client.ts"
import type { Send } from "../blind-client.ts"
import { host, problemCode, serverFixture } from "../server-fixture.ts"

const day = 86_400_000

interface Listed {
  readonly sessions: readonly { readonly id: string; readonly current: boolean }[]
}

/** A page of this server: its requests name the origin, and its cookie jar keeps one cookie. */
function page(send: Send): Send & { cookie?: string } {
  const visit: Send & { cookie?: string } = async (path, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set("origin", host)
    headers.set("sec-fetch-site", "same-origin")
    if (visit.cookie !== undefined) headers.set("cookie", visit.cookie)
    const response = await send(path, { ...init, headers })
    visit.cookie = response.headers.get("set-cookie")?.split(";")[0] ?? visit.cookie ?? ""
    return response
  }
  return visit
}

describe("a cookie session", () => {
  test("is opened for a page of this server, and ended by signing out", async () => {
    const { send } = await serverFixture()
    const visit = page(send)
    const { finish } = await prepareAccount(visit, "ada")
    const response = await visit("/v1/register/finish", json("POST", finish))
    expect(response.status).toBe(201)
    expect(response.headers.get("set-cookie")).toMatch(
      /^darkslide=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect(await response.json()).not.toHaveProperty("token")
    expect((await visit("/v1/session")).status).toBe(200)
    const kept = visit.cookie
    const out = await visit("/v1/session", { method: "DELETE" })
    expect([out.status, out.headers.get("set-cookie")]).toEqual([204, expect.stringMatching(/^darkslide=; Max-Age=0/)])
    if (kept !== undefined) visit.cookie = kept
    expect(await problemCode(await visit("/v1/session"))).toBe("NOT_SIGNED_IN")
  })

  test("is bound to the host and to https where there is https", async () => {
    const { send } = await serverFixture({ ownOrigin: "https://photos.example" })
    const headers = { origin: "https://photos.example", "sec-fetch-site": "same-origin" }
    const visit: Send = (path, init) =>
      send(path, { ...init, headers: { ...headers, "content-type": "application/json" } })
    const { finish } = await prepareAccount(visit, "ada")
    const response = await visit("/v1/register/finish", json("POST", finish))
    expect(response.headers.get("set-cookie")).toMatch(
      /^__Host-darkslide=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    expect(response.headers.get("strict-transport-security")).toMatch(/max-age=\d{8}/)
  })

  test("is renewed, not doubled, by the login that unlocks a page", async () => {
    const { send } = await serverFixture()
    const visit = page(send)
    const { finish } = await prepareAccount(visit, "ada")
    const first = await answerOf<{ session: { id: string } }>(await visit("/v1/register/finish", json("POST", finish)))
    const again = await answerOf<{ session: { id: string } }>(await login(visit, { handle: "ada", session: "cookie" }))
    expect(again.session.id).toBe(first.session.id)
    expect((await answerOf<Listed>(await visit("/v1/sessions"))).sessions).toHaveLength(1)
  })

  test("gives way to another account's in the same browser", async () => {
    const { send } = await serverFixture()
    const visit = page(send)
    const ada = await register(send, "ada")
    await register(send, "eve")
    await login(visit, { handle: "ada", session: "cookie" })
    await login(visit, { handle: "eve", session: "cookie" })
    const left = (await answerOf<Listed>(await ada.send("/v1/sessions"))).sessions
    expect(left.map(({ current }) => current)).toEqual([true])
  })

  test("is not for other clients, as bearer is not for this server's own pages", async () => {
    const { send } = await serverFixture()
    await register(send, "ada")
    expect(await problemCode(await login(send, { handle: "ada", session: "cookie" }))).toBe("ORIGIN_REFUSED")
    expect(await problemCode(await login(page(send), { handle: "ada", session: "bearer" }))).toBe("ORIGIN_REFUSED")
  })

  test("does not work as a bearer token, nor the other way round", async () => {
    const { send } = await serverFixture()
    const client = await register(send, "ada")
    const visit = page(send)
    await login(visit, { handle: "ada", session: "cookie" })
    const token = visit.cookie?.split("=")[1] ?? ""
    expect((await send("/v1/session", { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)
    expect((await send("/v1/session", { headers: { cookie: `darkslide=${client.token}` } })).status).toBe(401)
  })
})

describe("sessions", () => {
  test("end after 14 idle days, and after 90 days in use", async () => {
    const { send, advance } = await serverFixture()
    const idle = await register(send, "idle")
    advance(13.9 * day)
    expect((await idle.send("/v1/session")).status).toBe(200)
    advance(14 * day)
    expect((await idle.send("/v1/session")).status).toBe(401)

    const busy = await register(send, "busy")
    for (let days = 0; days < 89; days += 10) {
      expect((await busy.send("/v1/session")).status).toBe(200)
      advance(10 * day)
    }
    expect((await busy.send("/v1/session")).status).toBe(401)
  })

  test("are listed and ended one by one by their account, and by no other", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const second = await answerOf<{ token: string; session: { id: string } }>(await login(send, { handle: "ada" }))
    const eve = await register(send, "eve")
    const path = `/v1/sessions/${second.session.id}`
    expect(await problemCode(await eve.send(path, { method: "DELETE" }))).toBe("NOT_FOUND")
    const { sessions } = await answerOf<Listed>(await ada.send("/v1/sessions"))
    expect(sessions.filter(({ current }) => current)).toHaveLength(1)
    expect(sessions.map(({ id }) => id)).toContain(second.session.id)
    expect((await ada.send(path, { method: "DELETE" })).status).toBe(204)
    expect((await send("/v1/session", { headers: { authorization: `Bearer ${second.token}` } })).status).toBe(401)
    expect(await problemCode(await ada.send(path, { method: "DELETE" }))).toBe("NOT_FOUND")
  })

  test("are kept as a hash of their token only", async () => {
    const { send, storage } = await serverFixture()
    const { token } = await register(send, "ada")
    expect(await storage.sessions.findByToken(token, 0)).toBeUndefined()
  })

  test.each([
    ["GET", "/v1/session"],
    ["GET", "/v1/sessions"],
    ["DELETE", "/v1/sessions/x"],
    ["GET", "/v1/account"],
    ["PUT", "/v1/account/state"],
    ["POST", "/v1/uploads"],
    ["PATCH", "/v1/uploads/x"],
    ["HEAD", "/v1/uploads/x"],
    ["DELETE", "/v1/uploads/x"],
    ["GET", "/v1/captures"],
    ["PUT", "/v1/captures/AAAAAAAAAAAAAAAAAAAAAA"],
    ["GET", "/v1/captures/AAAAAAAAAAAAAAAAAAAAAA/media"],
    ["DELETE", "/v1/captures/AAAAAAAAAAAAAAAAAAAAAA"],
    ["GET", "/v1/tombstones"],
    ["GET", "/v1/heads"],
  ])("are needed for %s %s", async (method, path) => {
    const { send } = await serverFixture()
    const response = await send(path, { method })
    expect(response.status).toBe(401)
    if (method !== "HEAD") expect(await problemCode(response)).toBe("NOT_SIGNED_IN")
  })
})
