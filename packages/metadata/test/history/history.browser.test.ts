import { describe, expect, test } from "vitest"
import { memorySegments } from "@darkslide/metadata/history"
import { segmentStoreTests } from "./segment-store-tests.ts"
import { expectHistoryThrough } from "./worker-acceptance.ts"

test("a history in a worker is as one in this thread", async () => {
  const worker = new Worker(new URL("history-worker.ts", import.meta.url), { type: "module" })
  await expectHistoryThrough(worker)
  worker.terminate()
  expect.hasAssertions()
})

describe("memorySegments()", () => {
  segmentStoreTests(async () => memorySegments())
})
