export { readJournal, type JournalRecord, type ReadJournalOptions } from "./journal/read-journal.ts"
export { sshdFailure } from "./journal/sshd-failure.ts"
export { followLog, type FollowLogOptions, type LogLine } from "./log/follow-log.ts"
export type { LogPosition } from "./log/log-file.ts"
