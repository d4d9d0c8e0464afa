import { runSoak } from "../../../tools/soak/run-soak.ts"
import { queue } from "./queue.ts"
import { recording } from "./recording.ts"

await runSoak({ queue, recording }, { count: 10 })
