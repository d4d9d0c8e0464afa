import { AccountError } from "@darkslide/crypto"
import { expect, test } from "vitest"
import { isAbort, wordsForCode, wordsForError } from "../src/error-words.ts"
import { ServerError } from "../src/http/server-error.ts"

const unexpected = wordsForCode("UNEXPECTED")

test("wordsForError() has one message for a wrong handle and a wrong password", () => {
  const fromClient = wordsForError(new AccountError("ACCOUNT_LOGIN_FAILED", "no"))
  const fromServer = wordsForError(new ServerError("LOGIN_FAILED", "no"))
  expect(fromClient.what).toBe(fromServer.what)
})

test("wordsForError() tells a server's missing photo from a missing camera", () => {
  expect(wordsForError(new ServerError("CAPTURE_NOT_FOUND", "404")).what).toBe("There is no such photo.")
  expect(wordsForCode("CAPTURE_NOT_FOUND").what).toBe("No camera was found.")
})

test("wordsForError() tells anything else as unexpected, without its message", () => {
  expect(wordsForError(new Error("secret detail"))).toEqual({ ...unexpected, code: "UNEXPECTED" })
  expect(wordsForError("text").what).toBe(unexpected.what)
  expect(wordsForCode("toString").what).toBe(unexpected.what)
})

test("isAbort() knows a cancelled operation", () => {
  expect(isAbort(new DOMException("stopped", "AbortError"))).toBe(true)
  expect(isAbort(new Error("AbortError"))).toBe(false)
})
