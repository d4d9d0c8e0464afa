import { isAbsolute } from "node:path"
import { describe, expect, test } from "vitest"
import { ConfigurationError } from "../src/config.ts"
import { readConfiguration } from "../src/index.ts"

describe("readConfiguration()", () => {
  test("needs nothing to be set", () => {
    const configuration = readConfiguration({})
    expect(configuration).toMatchObject({ port: 8787, host: "127.0.0.1", allowedOrigins: [], logLevel: "info" })
    expect(configuration.dataFolder).toMatch(/\.darkslide$/)
    expect(isAbsolute(configuration.dataFolder)).toBe(true)
  })

  test("reads what is set", () => {
    const read = readConfiguration({
      DARKSLIDE_PORT: "0",
      DARKSLIDE_ORIGIN: "https://photos.example",
      DARKSLIDE_ORIGINS: "https://a.example, http://localhost:5173",
      DARKSLIDE_QUOTA_BYTES: "1000",
    })
    expect(read).toMatchObject({
      port: 0,
      ownOrigin: "https://photos.example",
      allowedOrigins: ["https://a.example", "http://localhost:5173"],
      quotaBytes: 1000,
    })
  })

  test.each([
    ["DARKSLIDE_PORT", "x"],
    ["DARKSLIDE_PORT", "65536"],
    ["DARKSLIDE_QUOTA_BYTES", "-1"],
    ["DARKSLIDE_ORIGINS", "https://a.example/path"],
    ["DARKSLIDE_ORIGINS", "*"],
    ["DARKSLIDE_ORIGIN", "photos.example"],
    ["DARKSLIDE_LOG", "loud"],
    ["DARKSLIDE_LOGINS_PER_HANDLE", "0"],
  ])("names %s when it is %s", (name, value) => {
    expect(() => readConfiguration({ [name]: value })).toThrow(ConfigurationError)
    expect(() => readConfiguration({ [name]: value })).toThrow(name)
  })

  test("reads a relay, which needs a secret", () => {
    const DARKSLIDE_TURN_URLS = "turn:turn.example.org:3478?transport=udp, stun:[::1]:3478"
    const DARKSLIDE_TURN_SECRET = "shared with the relay"
    expect(readConfiguration({ DARKSLIDE_TURN_URLS, DARKSLIDE_TURN_SECRET }).turn).toEqual({
      urls: ["turn:turn.example.org:3478?transport=udp", "stun:[::1]:3478"],
      secret: DARKSLIDE_TURN_SECRET,
    })
    expect(readConfiguration({}).turn).toBeUndefined()
    expect(() => readConfiguration({ DARKSLIDE_TURN_URLS })).toThrow("DARKSLIDE_TURN_SECRET")
    expect(() => readConfiguration({ DARKSLIDE_TURN_URLS, DARKSLIDE_TURN_SECRET: "short" })).toThrow("SECRET")
    for (const url of ["turn.example.org", "https://turn.example.org", "turn:"])
      expect(() => readConfiguration({ DARKSLIDE_TURN_URLS: url, DARKSLIDE_TURN_SECRET })).toThrow("TURN_URLS")
  })

  test("passes calls on where it is told to, on this machine alone where it listens there alone", () => {
    const on = { DARKSLIDE_FORWARDING: "werift" }
    expect(readConfiguration({}).forwarding).toBeUndefined()
    expect(readConfiguration(on).forwarding).toEqual({ addresses: ["127.0.0.1"], ports: undefined, connections: 256 })
    const open = { ...on, DARKSLIDE_HOST: "0.0.0.0", DARKSLIDE_FORWARDING_PORTS: "40000-40099" }
    expect(readConfiguration(open).forwarding).toMatchObject({ addresses: [], ports: [40_000, 40_099] })
    for (const range of ["40000", "500-40000", "40099-40000", "40000-70000"])
      expect(() => readConfiguration({ ...on, DARKSLIDE_FORWARDING_PORTS: range })).toThrow("FORWARDING_PORTS")
    expect(() => readConfiguration({ DARKSLIDE_FORWARDING: "janus" })).toThrow("DARKSLIDE_FORWARDING")
  })

  test("reads a mail server from its URL, and refuses what is none", () => {
    const smtp = (url: string) => readConfiguration({ DARKSLIDE_SMTP: url }).smtp
    expect(smtp("smtp://kim%40example.org:p%40ss@mail.example.org:2525")).toEqual({
      host: "mail.example.org",
      port: 2525,
      security: "starttls",
      login: { user: "kim@example.org", password: "p@ss" },
      caFile: undefined,
    })
    expect(smtp("smtps://mail.example.org")).toMatchObject({ security: "tls", port: undefined, login: undefined })
    expect(smtp("smtp://[::1]:25?security=none")).toMatchObject({ host: "::1", security: "none" })
    expect(readConfiguration({}).smtp).toBeUndefined()
    for (const [name, value] of [
      ["DARKSLIDE_SMTP", "mail.example.org"],
      ["DARKSLIDE_SMTP", "https://mail.example.org"],
      ["DARKSLIDE_MAIL_FROM", "a@example.org, b@example.org"],
      ["DARKSLIDE_VAPID_SUBJECT", "me"],
    ] as const)
      expect(() => readConfiguration({ [name]: value })).toThrow(name)
  })
})
