import { parseArgs } from "node:util"
import { runSoak } from "../../../tools/soak/run-soak.ts"
import { outbox } from "./outbox.ts"
import { pam } from "./pam.ts"

// `--db` is of this soak alone: taken out before the others are read.
const { values } = parseArgs({ options: { db: { type: "string", default: "sqlite" } }, strict: false })
const db = values["db"] === "postgres" ? "postgres" : "sqlite"
process.argv = process.argv.filter((arg, index, all) => !arg.startsWith("--db") && all[index - 1] !== "--db")

await runSoak(
  { outbox: async (options) => await outbox({ ...options, db }), pam },
  { count: { outbox: 500, pam: 100 } },
)
