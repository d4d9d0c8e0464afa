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
  expect(judgePassword(password, "maren")).toBe(level)
})

test("judgePassword() counts the handle for nothing", () => {
  expect(judgePassword("maren-maren-7", "maren")).toBe("weak")
})

test("judgePassword() counts characters, not code units", () => {
  expect(judgePassword("🦔🦔🦔🦔🦔", "")).toBe("short")
})
