import { DarkslideError, isDarkslideError } from "@darkslide/crypto/errors"
import { connectHistory, memorySegments, serveHistory, type SegmentStore } from "@darkslide/metadata/history"
import { describe, expect, onTestFinished, test } from "vitest"

const keys = { accountId: "gr2q7gf5lh6pzfdnurnkvputhp", historyKey: new Uint8Array(32) }

/** Opens a history whose store fails with `failure`, on the other side of a port. */
async function failing(failure: Error): Promise<unknown> {
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port1.close())
  const store: SegmentStore = {
    ...memorySegments(),
    list: () => Promise.reject(failure),
  }
  serveHistory(port1, { store: () => store })
  return await connectHistory(port2, { keys }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
}

describe("connect()", () => {
  test("gives a store's error its code back", async () => {
    const error = await failing(new DarkslideError("STORE_FULL", "Cannot write segment: no room is left"))
    expect(isDarkslideError(error, "STORE_FULL")).toBe(true)
    expect(error).toMatchObject({ message: "Cannot write segment: no room is left" })
  })

  test("keeps the name, and the code of an error that is not ours", async () => {
    const refused = Object.assign(new TypeError("fetch failed"), { code: "ECONNREFUSED" })
    const error = await failing(refused)
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ name: "TypeError", message: "fetch failed", code: "ECONNREFUSED" })
    expect(isDarkslideError(error)).toBe(false)
    const named = Object.assign(new Error("no room"), { name: "QuotaExceededError" })
    expect(await failing(named)).toMatchObject({ name: "QuotaExceededError", message: "no room" })
  })
})
