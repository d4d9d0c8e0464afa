import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { readUnitRequest } from "../../src/forwarding/unit-request.ts"

const page = readFileSync(new URL("../../../../docs/formats/forwarding.md", import.meta.url), "utf8")

describe("docs/formats/forwarding.md", () => {
  test("shows requests as they are", () => {
    const requests = (/```json\n(.*?)```/s.exec(page)?.[1] ?? "").trim().split("\n")
    expect(requests).toHaveLength(5)
    for (const request of requests) expect(JSON.stringify(readUnitRequest(request))).toBe(request)
  })
})
