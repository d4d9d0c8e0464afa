import { runSoak } from "../../../tools/soak/run-soak.ts"
import { enumeration } from "./enumeration.ts"
import { inbox } from "./inbox.ts"
import { kills } from "./kills.ts"

await runSoak({ kills, enumeration, inbox }, { count: { kills: 10, enumeration: 7800, inbox: 100 } })
