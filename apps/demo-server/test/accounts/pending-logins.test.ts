import { expect, test } from "vitest"
import { createPending } from "../../src/accounts/pending-logins.ts"

test("a login that nobody takes within a minute is told of once; one that was taken is not", () => {
  let now = 0
  const lapsed: string[] = []
  const pending = createPending<{ readonly name: string }>(
    () => now,
    ({ name }) => lapsed.push(name),
  )
  const first = pending.add({ name: "first" })
  pending.add({ name: "second" })
  expect(pending.take(first)).toMatchObject({ name: "first" })
  now += 60_001
  pending.add({ name: "third" })
  pending.add({ name: "fourth" })
  expect(lapsed).toEqual(["second"])
})
