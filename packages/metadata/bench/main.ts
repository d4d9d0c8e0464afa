// `pnpm bench [history|images|scrub] [--json]`: this package beside others. Run it alone, on a machine that does nothing else.
import { historyBench } from "./history.ts"
import { imagesBench } from "./images.ts"
import { scrubBench } from "./scrub.ts"

const benches = { history: historyBench, images: imagesBench, scrub: scrubBench }
const named = process.argv.slice(2).filter((word): word is keyof typeof benches => word in benches)
for (const name of named.length > 0 ? named : (["history", "images", "scrub"] as const)) await benches[name]()
