// `soak drops` and `soak membership`: long runs of rooms over a hub in the same process.
import { runSoak } from "../../../tools/soak/run-soak.ts"
import { drops } from "./drops.ts"
import { membership } from "./membership.ts"

await runSoak({ drops, membership }, { count: 100 })
