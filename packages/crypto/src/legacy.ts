export { legacyFrameReader } from "./legacy/frame-reader.ts"
export type { LegacyFrame, LegacyFrameReader, LegacyFrameSecret } from "./legacy/frame-reader.ts"
export { legacyRsaReader } from "./legacy/rsa-reader.ts"
export type { LegacyRsaOptions, LegacyRsaReader } from "./legacy/rsa-reader.ts"
