import { describe, expect, test } from "vitest"
import { json, register } from "../blind-client.ts"
import { problemCode, serverFixture } from "../server-fixture.ts"

const typed = { "content-type": "application/json" }

describe("a refusal is a problem document", () => {
  test.each(["{", "", "[", "undefined", "\u0000", '{"handle":', "]"])("for the malformed body %j", async (body) => {
    const { send } = await serverFixture()
    const response = await send("/v1/login/start", { method: "POST", headers: typed, body })
    expect(response.status).toBe(400)
    expect(await problemCode(response)).toBe("REQUEST_MALFORMED")
  })

  test.each([
    "null",
    "1",
    "[]",
    '"x"',
    "{}",
    '{"handle":{},"suite":1,"ke1":""}',
    '{"handle":"ada","suite":2,"ke1":""}',
  ])("for the body %s that fits no schema", async (body) => {
    const { send } = await serverFixture()
    expect(await problemCode(await send("/v1/login/start", { method: "POST", headers: typed, body }))).toBe(
      "REQUEST_INVALID",
    )
  })

  test("for a body of another type", async () => {
    const { send } = await serverFixture()
    const response = await send("/v1/login/start", {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "{}",
    })
    expect(await problemCode(response)).toBe("REQUEST_MALFORMED")
  })

  test.each([
    ["GET", "/v1"],
    ["GET", "/v1/"],
    ["GET", "/v1/nothing"],
    ["DELETE", "/v1/health"],
    ["GET", "/v1/login/start"],
    ["GET", "/v1/uploads"],
    ["POST", "/"],
    ["PUT", "/library"],
    ["GET", "/v1/%2e%2e/secrets.json"],
    ["PROPFIND", "/v1/captures"],
  ])("for the unknown route %s %s", async (method, path) => {
    const { send } = await serverFixture()
    expect(await problemCode(await send(path, { method }))).toBe("NOT_FOUND")
  })

  test("for a body of more than 2 MiB, declared or not", async () => {
    const { send } = await serverFixture()
    const { send: own } = await register(send, "ada")
    const body = JSON.stringify({ tombstone: "A".repeat(3 << 20) })
    const path = "/v1/captures/AAAAAAAAAAAAAAAAAAAAAA"
    const declared = { ...typed, "content-length": String(body.length) }
    expect(await problemCode(await own(path, { method: "DELETE", headers: declared, body }))).toBe("BODY_TOO_LARGE")
    const init = { method: "DELETE", headers: typed, body: new Blob([body]).stream(), duplex: "half" } as RequestInit
    expect(await problemCode(await own(path, init))).toBe("BODY_TOO_LARGE")
  })

  test("for what breaks inside, and tells nothing of it", async () => {
    const { send, storage, logged } = await serverFixture()
    const { send: own } = await register(send, "ada")
    storage.captures.list = () => Promise.reject(new Error("a secret detail"))
    const response = await own("/v1/captures")
    expect(response.status).toBe(500)
    const text = await response.clone().text()
    expect(text).not.toContain("secret")
    expect(await problemCode(response)).toBe("INTERNAL")
    expect(logged.join("")).toContain("a secret detail")
  })
})

describe("JSON keys that mean something to JavaScript", () => {
  test.each(["__proto__", "constructor", "prototype"])("%s is refused and changes nothing", async (key) => {
    const { send } = await serverFixture()
    const { send: own } = await register(send, "ada")
    const routes = [
      ["POST", "/v1/register/start"],
      ["POST", "/v1/register/finish"],
      ["POST", "/v1/login/start"],
      ["POST", "/v1/login/finish"],
      ["PUT", "/v1/account/state"],
      ["PUT", "/v1/captures/AAAAAAAAAAAAAAAAAAAAAA"],
      ["DELETE", "/v1/captures/AAAAAAAAAAAAAAAAAAAAAA"],
    ] as const
    for (const [method, path] of routes) {
      const body = `{"${key}":{"polluted":true},"handle":"ada","suite":1}`
      expect(await problemCode(await own(path, { method, headers: typed, body }))).toBe("REQUEST_INVALID")
    }
    expect({}).not.toHaveProperty("polluted")
  })
})

describe("the log", () => {
  test("names routes by their pattern, without ids, addresses or headers", async () => {
    const { send, logged } = await serverFixture()
    const client = await register(send, "ada")
    await client.send("/v1/captures/AAAAAAAAAAAAAAAAAAAAAA?secret=1")
    await send("/v1/login/start", json("POST", { handle: "canary" }))
    const lines = logged.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.find(({ route }) => route === "/v1/captures/:id")).toMatchObject({ method: "GET", status: 404 })
    for (const secret of ["AAAAAAAA", "secret", "canary", client.token, "192.0.2.1", "Bearer"]) {
      expect(logged.join("")).not.toContain(secret)
    }
  })
})
