import { createHmac } from "node:crypto"
import { describe, expect, test } from "vitest"
import { turnCredentials } from "../../src/turn/turn-credentials.ts"

const options = { urls: ["turn:127.0.0.1:3478"], secret: "a secret of the relay" }

describe("turnCredentials()", () => {
  test("gives what the TURN REST scheme says, another each time", () => {
    const given = turnCredentials({ ...options, lifetimeSeconds: 600, now: 1_700_000_000_500 })
    expect(given.username).toMatch(/^1700000600:[\w-]{16}$/u)
    expect(given.credential).toBe(createHmac("sha1", options.secret).update(given.username).digest("base64"))
    expect(given).toMatchObject({ urls: options.urls, expiresAt: 1_700_000_600_000 })
    expect(turnCredentials(options).username).not.toBe(turnCredentials(options).username)
  })

  test.each([{ secret: "short" }, { lifetimeSeconds: 1 }, { lifetimeSeconds: Number.NaN }, { lifetimeSeconds: 1e6 }])(
    "refuses %j",
    (bad) => {
      expect(() => turnCredentials({ ...options, ...bad })).toThrow(RangeError)
    },
  )
})
