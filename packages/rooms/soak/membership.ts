import type { Soak } from "../../../tools/soak/run-soak.ts"
import { changeCalls } from "./call-changes.ts"
import { changeGroups } from "./group-changes.ts"

/** People come and go: first where only keys are looked at, then in a call of four in Chromium. */
export const membership: Soak = async (options) => (await changeGroups(options)) + (await changeCalls(options))
