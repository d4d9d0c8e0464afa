import { expect } from "vitest"
import { connectHistory, HistoryError, type MessagePortLike } from "@darkslide/metadata/history"
import { sampleRecords } from "./sample-records.ts"

const keys = { accountId: "account", historyKey: new Uint8Array(32).fill(5) }

/** Drives a history behind a port whose other end runs `history-worker.ts`. */
export async function expectHistoryThrough(port: MessagePortLike): Promise<void> {
  const records = sampleRecords(700)
  const history = await connectHistory(port, { keys, settings: { name: "memory" } })
  await history.append(records)
  await expect(history.append([{ id: "" }])).rejects.toThrow(TypeError)
  const { head } = await history.sync()
  expect(head.count).toBe(2)
  expect(await history.get("capture-00000003")).toEqual(records[3])
  const { total, records: page } = await history.search({ cameras: ["NIKON Z 6"], limit: 3 })
  expect([total > 3, page.length]).toEqual([true, 3])
  await expect(history.search({ limit: -1 })).rejects.toThrow(RangeError)
  await history.remove(["capture-00000003"])
  expect((await history.compact()).head.count).toBe(5)
  expect(await history.summary()).toMatchObject({ records: 699, segments: 2 })
  const reason = new Error("enough")
  await expect(history.sync({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  const newer = { count: 9, hash: head.hash }
  const refused = connectHistory(port, { keys, head: newer, settings: { name: "memory" } })
  await expect(refused).rejects.toSatisfy(
    (error) => error instanceof HistoryError && error.code === "HISTORY_ROLLED_BACK",
  )
}
