export { RoomsError } from "./errors.ts"
export type { RoomsErrorCode } from "./errors.ts"
