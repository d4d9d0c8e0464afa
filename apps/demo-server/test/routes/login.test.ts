import { createRegistrationRequest, fromBase64Url, generateKE1, toBase64Url } from "@darkslide/crypto"
import { describe, expect, test } from "vitest"
import { memoryRateLimiter } from "../../src/index.ts"
import { answerOf, bearer, json, login, prepareAccount, register } from "../blind-client.ts"
import { problemCode, serverFixture } from "../server-fixture.ts"

const ke1 = () => toBase64Url(generateKE1("anything").ke1)
const request = () => toBase64Url(createRegistrationRequest("anything").request)

describe("registration", () => {
  test("makes an account and signs it in", async () => {
    const { send } = await serverFixture()
    const client = await register(send, "ada")
    const account = await answerOf<{ accountId: string; state: string; usage: unknown }>(
      await client.send("/v1/account"),
    )
    expect(account).toMatchObject({ accountId: client.account.accountId, usage: { bytes: 0, quotaBytes: 1 << 30 } })
    expect(fromBase64Url(account.state)).toEqual(client.account.stored.state)
  })

  test("answers 409 for a taken handle, however it is written", async () => {
    const { send } = await serverFixture()
    const prepared = await prepareAccount(send, "ada")
    await register(send, "Ada")
    const again = json("POST", { handle: " ADA ", suite: 1, request: request() })
    expect(await problemCode(await send("/v1/register/start", again))).toBe("HANDLE_TAKEN")
    const finish = json("POST", { ...prepared.finish, session: "bearer" })
    expect(await problemCode(await send("/v1/register/finish", finish))).toBe("HANDLE_TAKEN")
  })

  test("refuses keys that are registered already under another handle", async () => {
    const { send } = await serverFixture()
    const { finish } = await prepareAccount(send, "ada")
    const body = { ...finish, session: "bearer" }
    expect((await send("/v1/register/finish", json("POST", body))).status).toBe(201)
    const other = json("POST", { ...body, handle: "eve" })
    expect(await problemCode(await send("/v1/register/finish", other))).toBe("ACCOUNT_TAKEN")
  })

  test("refuses a state of another account, another keyring, or without a signature", async () => {
    const { send } = await serverFixture()
    const { finish } = await prepareAccount(send, "ada")
    const other = await prepareAccount(send, "eve")
    const cut = toBase64Url(fromBase64Url(String(finish["state"])).subarray(0, -1))
    const bad = [{ state: other.finish["state"] }, { keyring: other.finish["keyring"] }, { state: cut }]
    for (const part of bad) {
      const response = await send("/v1/register/finish", json("POST", { ...finish, ...part, session: "bearer" }))
      expect(await problemCode(response)).toBe("STATE_INVALID")
    }
  })

  test.each(["ab", "a".repeat(65), "with space", "a\ttab", "<b>", ""])("refuses the handle %j", async (handle) => {
    const { send } = await serverFixture()
    const start = json("POST", { handle, suite: 1, ke1: ke1() })
    expect(await problemCode(await send("/v1/login/start", start))).toBe("REQUEST_INVALID")
  })

  test("refuses points that are none", async () => {
    const { send } = await serverFixture()
    const identity = toBase64Url(new Uint8Array(32))
    const start = json("POST", { handle: "ada", suite: 1, request: identity })
    expect(await problemCode(await send("/v1/register/start", start))).toBe("REQUEST_INVALID")
    const zeros = json("POST", { handle: "ada", suite: 1, ke1: toBase64Url(new Uint8Array(96)) })
    expect(await problemCode(await send("/v1/login/start", zeros))).toBe("REQUEST_INVALID")
  })

  test("keeps no handle: not in the rows, not in the log", async () => {
    const { send, storage, logged } = await serverFixture()
    await register(send, "canary-handle")
    await login(send, { handle: "canary-handle" })
    await login(send, { handle: "canary-handle", password: "canary-password" })
    const found = await storage.accounts.registrationOrDecoy("canary-handle")
    expect(found.accountId).toBeNull()
    expect(logged.join("")).not.toMatch(/canary/)
  })
})

describe("login", () => {
  test("gives what opens the account to whoever knows the password", async () => {
    const { send } = await serverFixture()
    const client = await register(send, "ada")
    const answer = await answerOf<Record<string, string>>(await login(send, { handle: "ADA" }))
    expect(answer).toMatchObject({ accountId: client.account.accountId })
    expect(fromBase64Url(answer["wrap"] ?? "")).toEqual(client.account.stored.wrap)
    expect(answer["token"]).toMatch(/^[\w-]{43}$/)
  })

  test("answers a wrong password and an unknown handle in the same words", async () => {
    const { send } = await serverFixture()
    await register(send, "ada")
    const wrong = await login(send, { handle: "ada", password: "wrong" })
    const unknown = await login(send, { handle: "nobody" })
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(await wrong.text()).toBe(await unknown.text())
    expect([...wrong.headers]).toEqual([...unknown.headers])
  })

  test("starts for an unknown handle as for a known one, with a stable evaluation", async () => {
    const { send } = await serverFixture()
    await register(send, "ada")
    const body = (handle: string) => json("POST", { handle, suite: 1, ke1: message })
    const message = ke1()
    const start = async (handle: string) => {
      const response = await send("/v1/login/start", body(handle))
      const { loginId, ke2 } = await answerOf<{ loginId: string; ke2: string }>(response)
      return { headers: [...response.headers], lengths: [loginId.length, fromBase64Url(ke2).length], ke2 }
    }
    const [known, unknown, again] = [await start("ada"), await start("nobody"), await start("nobody")]
    expect(unknown.lengths).toEqual([22, 320])
    expect(known.lengths).toEqual(unknown.lengths)
    expect(known.headers).toEqual(unknown.headers)
    // The evaluation is a function of the handle alone: it does not change when the account is made.
    expect(again.ke2.slice(0, 42)).toBe(unknown.ke2.slice(0, 42))
    await register(send, "nobody")
    expect((await start("nobody")).ke2.slice(0, 42)).toBe(unknown.ke2.slice(0, 42))
  })

  test("takes a pending login once, and within 60 seconds", async () => {
    const { send, advance } = await serverFixture()
    await register(send, "ada")
    const start = async () => {
      const response = await send("/v1/login/start", json("POST", { handle: "ada", suite: 1, ke1: ke1() }))
      return (await answerOf<{ loginId: string }>(response)).loginId
    }
    const finish = (loginId: string) =>
      send("/v1/login/finish", json("POST", { loginId, ke3: toBase64Url(new Uint8Array(64)), session: "bearer" }))
    const loginId = await start()
    expect(await problemCode(await finish(loginId))).toBe("LOGIN_FAILED")
    expect(await problemCode(await finish(loginId))).toBe("LOGIN_FAILED")
    expect(await problemCode(await finish("unknown"))).toBe("LOGIN_FAILED")
    const slow: typeof send = async (path, init) => {
      if (path === "/v1/login/finish") advance(60_001)
      return await send(path, init)
    }
    expect((await login(slow, { handle: "ada" })).status).toBe(401)
    expect((await login(send, { handle: "ada" })).status).toBe(200)
  })

  test("inside a session of the same account renews it under a new token", async () => {
    const { send, advance } = await serverFixture()
    const client = await register(send, "ada")
    const before = await answerOf<{ id: string; createdAt: number }>(await client.send("/v1/session"))
    advance(1000)
    const renewed = await answerOf<{ token: string; session: { id: string; createdAt: number } }>(
      await login(client.send, { handle: "ada" }),
    )
    expect(renewed.session).toMatchObject({ id: before.id, createdAt: before.createdAt + 1000 })
    expect((await client.send("/v1/session")).status).toBe(401)
    const session = await answerOf(await bearer(send, renewed.token)("/v1/session"))
    expect(session).toMatchObject({ id: before.id, accountId: client.account.accountId })
  })
})

describe("rate limits", () => {
  test("stop the tries at one handle, known or not, and say when to come back", async () => {
    const limiters = { loginsPerHandle: memoryRateLimiter({ tries: 2, perSeconds: 3600 }) }
    const { send } = await serverFixture({ limiters })
    await register(send, "ada")
    for (const handle of ["ada", "nobody"]) {
      for (const expected of [401, 401, 429, 429]) {
        const response = await login(send, { handle, password: "wrong" })
        expect(response.status).toBe(expected)
        if (expected === 429) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0)
      }
    }
  })

  test("give the try back when the login succeeds", async () => {
    const limiters = { loginsPerHandle: memoryRateLimiter({ tries: 2, perSeconds: 3600 }) }
    const { send } = await serverFixture({ limiters })
    await register(send, "ada")
    for (let round = 0; round < 5; round++) expect((await login(send, { handle: "ada" })).status).toBe(200)
  })

  test("count whoever is signed in apart, so that strangers cannot lock the owner out", async () => {
    const limiters = { loginsPerHandle: memoryRateLimiter({ tries: 1, perSeconds: 3600 }) }
    const { send } = await serverFixture({ limiters })
    const client = await register(send, "ada")
    await login(send, { handle: "ada", password: "wrong" })
    expect((await login(send, { handle: "ada" })).status).toBe(429)
    expect((await login(client.send, { handle: "ada" })).status).toBe(200)
  })

  test("hold for registrations from one address", async () => {
    const limiters = { registrationsPerAddress: memoryRateLimiter({ tries: 1, perSeconds: 3600 }) }
    const { send } = await serverFixture({ limiters })
    await register(send, "ada")
    await expect(register(send, "eve")).rejects.toThrow("RATE_LIMITED")
  })

  test("refuse when they cannot count", async () => {
    const broken = {
      take: () => Promise.reject(new Error("the store is down")),
      refund: () => Promise.reject(new Error("the store is down")),
    }
    for (const name of ["loginsPerHandle", "loginsPerAddress", "registrationsPerAddress"] as const) {
      const { send } = await serverFixture({ limiters: { [name]: broken } })
      const response =
        name === "registrationsPerAddress"
          ? await send("/v1/register/start", json("POST", { handle: "ada", suite: 1, request: request() }))
          : await login(send, { handle: "ada" })
      expect(response.headers.get("retry-after")).toBe("5")
      expect(await problemCode(response)).toBe("BUSY")
    }
  })
})
