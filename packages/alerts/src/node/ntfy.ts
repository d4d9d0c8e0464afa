export { ntfyChannel, type NtfyOptions } from "./channels/ntfy.ts"
export type { GuardOptions, Lookup } from "./http/guarded-sender.ts"
