import { runSoak } from "../../../tools/soak/run-soak.ts"
import { mutations } from "./mutations.ts"

await runSoak({ mutations }, { count: 37_200 })
