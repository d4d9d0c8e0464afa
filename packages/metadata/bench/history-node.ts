// Runs one history in a process of its own, so that nothing else is in its heap. Prints one object.
import { runHistory } from "./history-task.ts"

const run = await runHistory(Number(process.argv[2]), async () => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { heap: heapUsed, buffers: arrayBuffers }
})
console.log(JSON.stringify(run))
