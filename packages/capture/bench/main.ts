// `pnpm bench [name] [--json]`: one of this package's benches; `delivery` when none is named.
import { argv } from "node:process"

const benches: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  delivery: async () => await (await import("./delivery.ts")).benchDelivery(),
  "motion-cost": async () => await (await import("./motion-cost/main.ts")).benchMotionCost(),
  snapshot: async () => await (await import("./snapshot.ts")).benchSnapshot(),
  motion: async (args) => await (await import("./motion/main.ts")).benchMotion(args),
}

const [name = "delivery", ...args] = argv.slice(2).filter((arg) => arg !== "--")
const named = name.startsWith("-") ? { name: "delivery", args: [name, ...args] } : { name, args }
const bench = benches[named.name]
if (!bench) throw new RangeError(`Cannot run bench: no ${named.name}; there are ${Object.keys(benches).join(", ")}`)
await bench(named.args)
