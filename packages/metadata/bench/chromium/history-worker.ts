// Runs in a worker in Chromium: one history for one message. In a page it is called, for a page alone is told its heap.
import { answerMessages } from "../../../../tools/bench/answer-messages.ts"
import { runHistory } from "../history-task.ts"

const answer = async ({ count }: { readonly count: number }): Promise<unknown> => await runHistory(count, memoryInUse)

if ("WorkerGlobalScope" in globalThis) answerMessages(answer)
else Object.assign(globalThis, { answer })

async function memoryInUse(): Promise<{ readonly heap: number; readonly buffers: number }> {
  const { gc, performance } = globalThis as typeof globalThis & {
    readonly gc?: () => void
    readonly performance: { readonly memory?: { readonly usedJSHeapSize: number } }
  }
  for (let i = 0; i < 3; i++) {
    gc?.()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { heap: performance.memory?.usedJSHeapSize ?? Number.NaN, buffers: Number.NaN }
}
