import { expect, test } from "vitest"
import { judgePassword } from "../../src/parts/password-strength.ts"

test.each([
  ["", "empty"],
  ["short", "short"],
  ["aaaaaaaaaaaaaaaa", "weak"],
  ["1234567890", "weak"],
  ["abcdefghijklmn", "weak"],
  ["slow amber lantern", "strong"],
] as const)("judgePassword() calls %j %s", (password, level) => {
  expect(judgePassword(password, "darkroom")).toBe(level)
})

test("judgePassword() counts the handle for nothing", () => {
  expect(judgePassword("darkroom-darkroom-7", "darkroom")).toBe("weak")
})

test("judgePassword() counts characters, not code units", () => {
  expect(judgePassword("🦔🦔🦔🦔🦔", "")).toBe("short")
})
