export { sqliteLog } from "./node/sqlite-log.ts"
