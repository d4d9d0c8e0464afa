import { describe } from "vitest"
import { memorySegments } from "../../src/history/segment-store.ts"
import { segmentStoreTests } from "./segment-store-tests.ts"

describe("memorySegments()", () => {
  segmentStoreTests(async () => memorySegments())
})
