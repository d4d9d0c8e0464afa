export { sqliteLog } from "./node/sqlite-log.ts"
export { sqliteItems } from "./node/sqlite-items.ts"
