import { runSoak } from "../../../tools/soak/run-soak.ts"
import { chromiumMemory } from "./chromium-memory.ts"
import { mutations } from "./mutations.ts"

await runSoak({ mutations, "chromium-memory": chromiumMemory }, { count: { mutations: 10_000, "chromium-memory": 3 } })
