import { runSoak } from "../../../tools/soak/run-soak.ts"
import { enumeration } from "./enumeration.ts"
import { kills } from "./kills.ts"

await runSoak({ kills, enumeration }, { count: { kills: 10, enumeration: 7800 } })
