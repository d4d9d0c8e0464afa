import { memoryQueue } from "@darkslide/capture/queue"
import { queueStoreSuite } from "./queue-store-suite.ts"

queueStoreSuite("memoryQueue()", async () => memoryQueue())
