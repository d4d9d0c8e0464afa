// `pnpm bench [sqlite|postgres|mail|push|alertmanager] [--json]`: everything when none is named. Run it alone; trust the ratios.
import { argv } from "node:process"
import { printRows, type BenchRow } from "../../../tools/bench/bench.ts"

const benches: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  sqlite: async () => await (await import("./sqlite.ts")).benchSqlite(),
  postgres: async () => await (await import("./postgres.ts")).benchPostgres(),
  mail: async () => await (await import("./mail.ts")).benchMail(),
  push: async () => await (await import("./push.ts")).benchPush(),
  alertmanager: async () => await (await import("./alertmanager.ts")).benchAlertmanager(),
}

const named = argv.slice(2).filter((arg) => !arg.startsWith("-"))
const rows: BenchRow[] = []
for (const name of named.length === 0 ? Object.keys(benches) : named) {
  const bench = benches[name]
  if (!bench) throw new RangeError(`Cannot run bench: no ${name}; there are ${Object.keys(benches).join(", ")}`)
  rows.push(...(await bench()))
}
printRows(rows)
