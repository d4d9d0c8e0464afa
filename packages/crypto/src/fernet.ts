export { fernetOpen, fernetRotate, fernetSeal } from "./fernet/fernet.ts"
export type { FernetKeys, FernetOpenOptions } from "./fernet/fernet.ts"
export { fernetKeyFromPassword, generateFernetKey, parseFernetKey } from "./fernet/fernet-key.ts"
export type { FernetKey } from "./fernet/fernet-key.ts"
