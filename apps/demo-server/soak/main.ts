import { runSoak } from "../../../tools/soak/run-soak.ts"
import { kills } from "./kills.ts"

await runSoak({ kills }, { count: 10 })
