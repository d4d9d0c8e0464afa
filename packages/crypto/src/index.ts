export { AccountError, CryptoError, DarkslideError, isDarkslideError } from "./errors.ts"
export type { AccountErrorCode, CryptoErrorCode } from "./errors.ts"
