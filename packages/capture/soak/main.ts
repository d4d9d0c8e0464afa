import { runSoak } from "../../../tools/soak/run-soak.ts"
import { queue } from "./queue.ts"

await runSoak({ queue }, { count: 10 })
