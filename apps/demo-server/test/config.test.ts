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
})
