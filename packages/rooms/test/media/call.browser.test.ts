import { describe, expect, test } from "vitest"
import { Company } from "../room/company.ts"
import { enterCall, expectToSee } from "./callers.ts"

describe("a call", () => {
  test("shows two people each other's pictures", async () => {
    const [ann, bo] = await new Company().gather("Ann", "Bo")
    const [one, other] = [await enterCall(ann!), await enterCall(bo!)]
    await Promise.all([expectToSee(one, other), expectToSee(other, one)])
    expect(one.call.people.map(({ member, state }) => [member.name, state])).toEqual([["Bo", "connected"]])
  })
})
