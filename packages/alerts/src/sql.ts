export { createAlertTables } from "./sql/create-tables.ts"
export type { AlertTables, SqlDialect } from "./sql/schema.ts"
export { sqlStore, withinTransaction } from "./sql/sql-store.ts"
