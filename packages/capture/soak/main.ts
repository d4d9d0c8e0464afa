import { runSoak } from "../../../tools/soak/run-soak.ts"
import { recording } from "./recording.ts"

await runSoak({ recording }, { count: 5 })
