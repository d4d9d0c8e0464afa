// `soak drops` and `soak membership`: long runs of rooms over a hub in the same process. `soak calls` and
// `soak lifecycles`: of calls, and of their connections, in Chromium.
import { runSoak } from "../../../tools/soak/run-soak.ts"
import { calls } from "./calls.ts"
import { drops } from "./drops.ts"
import { lifecycles } from "./lifecycles.ts"
import { membership } from "./membership.ts"

await runSoak({ calls, drops, lifecycles, membership }, { count: 100 })
