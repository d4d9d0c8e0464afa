import { expect, test } from "vitest"
import { routeOf } from "../src/router.ts"

test("routeOf() knows every page, with or without a slash at the end", () => {
  expect(routeOf("/")).toEqual({ name: "home" })
  expect(routeOf("/create-account")).toEqual({ name: "create-account" })
  expect(routeOf("/library/")).toEqual({ name: "library" })
})

test("routeOf() takes a capture id of 22 characters and nothing else", () => {
  expect(routeOf("/library/AAAAAAAAAAAAAAAAAAAA-_")).toEqual({ name: "photo", captureId: "AAAAAAAAAAAAAAAAAAAA-_" })
  expect(routeOf("/library/short")).toEqual({ name: "not-found" })
  expect(routeOf("/library/AAAAAAAAAAAAAAAAAAAA-_/more")).toEqual({ name: "not-found" })
})
