export { openIdentityFile, parseIdentityFile } from "./identity-file.ts"
export type { KeyIdentity } from "./identity-file.ts"
export { parseAnyRecipient, parseRecipientFile } from "./recipient-file.ts"
