// `soak drops` and `soak membership`: long runs of rooms over a hub in the same process. `soak calls` and
// `soak lifecycles`: of calls, and of their connections, in Chromium. `soak calls --via unit` goes through a forwarding unit.
import { parseArgs } from "node:util"
import { runSoak } from "../../../tools/soak/run-soak.ts"
import { calls } from "./calls.ts"
import { drops } from "./drops.ts"
import { lifecycles } from "./lifecycles.ts"
import { membership } from "./membership.ts"

// `--via` is of this soak alone: taken out before the others are read.
const { values } = parseArgs({ options: { via: { type: "string", default: "mesh" } }, strict: false })
const via = values["via"] === "unit" ? "unit" : "mesh"
process.argv = process.argv.filter((arg, index, all) => !arg.startsWith("--via") && all[index - 1] !== "--via")

await runSoak(
  { calls: async (options) => await calls({ ...options, via }), drops, lifecycles, membership },
  { count: 100 },
)
