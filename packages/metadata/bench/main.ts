// `pnpm bench [read|history|images] [--json]`: this package beside others. Run it alone, on a machine that does nothing else.
import { historyBench } from "./history.ts"
import { imagesBench } from "./images.ts"
import { readBench } from "./read.ts"

const benches = { read: readBench, history: historyBench, images: imagesBench }
const named = process.argv.slice(2).filter((word): word is keyof typeof benches => word in benches)
for (const name of named.length > 0 ? named : (["read", "history", "images"] as const)) await benches[name]()
