// `pnpm bench [read|scrub|edit|history|images] [--json]`: this package beside others. Run it alone, on a machine that does nothing else.
import { editBench } from "./edit.ts"
import { historyBench } from "./history.ts"
import { imagesBench } from "./images.ts"
import { readBench } from "./read.ts"
import { scrubBench } from "./scrub.ts"

const benches = { read: readBench, scrub: scrubBench, edit: editBench, history: historyBench, images: imagesBench }
const named = process.argv.slice(2).filter((word): word is keyof typeof benches => word in benches)
const all = ["read", "scrub", "edit", "history", "images"] as const
for (const name of named.length > 0 ? named : all) await benches[name]()
