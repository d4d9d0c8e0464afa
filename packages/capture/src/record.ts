export { clipFormats } from "./record/clip-format.ts"
export type { ClipFormat } from "./record/clip-format.ts"
export { clipThumbnail } from "./record/clip-thumbnail.ts"
export { createRecorder } from "./record/create-recorder.ts"
export type { RecordedSource } from "./record/create-recorder.ts"
export { joinSegments } from "./record/join-segments.ts"
export type { JoinedClip, StoredSegment } from "./record/join-segments.ts"
export type { TakeProgress } from "./record/recorder-messages.ts"
export type {
  Clip,
  ClipAudio,
  ClipOptions,
  MicrophoneState,
  Recorder,
  RecorderAudio,
  RecorderCapabilities,
  RecorderOptions,
  Recording,
  RecordOptions,
  Segment,
} from "./record/recorder.ts"
export type { SoundCodec } from "./record/sound-codec.ts"
export type { EndedBy } from "./record/take.ts"
