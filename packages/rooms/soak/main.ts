// `soak drops` and `soak membership`: long runs of rooms over a hub in the same process. `soak lifecycles`: of connections in
// Chromium.
import { runSoak } from "../../../tools/soak/run-soak.ts"
import { drops } from "./drops.ts"
import { lifecycles } from "./lifecycles.ts"
import { membership } from "./membership.ts"

await runSoak({ drops, lifecycles, membership }, { count: 100 })
