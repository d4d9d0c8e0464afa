import { expect, test } from "vitest"
import { serveMemoryHistory } from "./history-worker.ts"
import { expectHistoryThrough } from "./worker-acceptance.ts"

test("a history behind a port is as one in this thread", async () => {
  const { port1, port2 } = new MessageChannel()
  serveMemoryHistory(port1)
  await expectHistoryThrough(port2)
  port2.close()
  expect.hasAssertions()
})
