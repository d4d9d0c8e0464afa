export { decodeSFrameHeader, encodeSFrameHeader } from "./sframe/header.ts"
export type { SFrameHeader } from "./sframe/header.ts"
export { sframeKeyRing } from "./sframe/key-ring.ts"
export type { SFrameKeyRing } from "./sframe/key-ring.ts"
export type { FrameKey } from "./sframe/key-schedule.ts"
export { sframeExporterLabel, sframeMlsKeyId, sframeMlsKeys } from "./sframe/mls.ts"
export type { MlsLayout, MlsSenderPlace, SFrameMlsKeys } from "./sframe/mls.ts"
export { sframeRatchetKeys, sframeRatchetSender } from "./sframe/ratchet.ts"
export type { RatchetLayout, SFrameRatchetKeys, SFrameRatchetSender } from "./sframe/ratchet.ts"
export { sframeReceiver } from "./sframe/receiver.ts"
export type { OpenedFrame, SFrameCandidate, SFrameKeySource, SFrameReceiver } from "./sframe/receiver.ts"
export { sframeSender } from "./sframe/sender.ts"
export type { SFrameSender, SFrameSenderOptions } from "./sframe/sender.ts"
export {
  sframeAes128CtrHmac32,
  sframeAes128CtrHmac64,
  sframeAes128CtrHmac80,
  sframeAes128Gcm,
  sframeAes256CtrHmac32,
  sframeAes256CtrHmac64,
  sframeAes256CtrHmac80,
  sframeAes256Gcm,
} from "./sframe/suites.ts"
export type { FrameCipher, SFrameSuite } from "./sframe/suites.ts"
