export { followLog, type FollowLogOptions, type LogLine } from "./log/follow-log.ts"
export type { LogPosition } from "./log/log-file.ts"
