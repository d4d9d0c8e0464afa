export { openFfmpegCamera } from "./node/open-ffmpeg-camera.ts"
export type { FfmpegCamera, FfmpegCameraOptions, Still } from "./node/open-ffmpeg-camera.ts"
export type { VideoSource } from "./node/video-source.ts"
