import { describe, expect, test } from "vitest"
import { Company, expectEvent, expectSettled } from "./company.ts"

describe("a room in a browser", () => {
  test("brings people together by link and code, and kicks", async () => {
    const company = new Company()
    const ann = await company.create("Ann")
    const bo = await company.join("Bo", { invite: ann.room.invite })
    await expectSettled([ann, bo])
    const cy = await company.join("Cy", { code: await ann.room.issueCode() })
    await expectSettled([ann, bo, cy])
    await cy.room.chat("hello")
    expect((await expectEvent(ann, "chat")).from.name).toBe("Cy")
    await ann.room.kick(ann.room.members.find(({ name }) => name === "Bo")!)
    expect((await expectEvent(bo, "closed")).error?.code).toBe("ROOMS_REMOVED")
    await expectSettled([ann, cy])
    cy.transport.drop()
    await ann.room.chat("after a drop")
    expect((await expectEvent(cy, "chat")).text).toBe("after a drop")
  })
})
