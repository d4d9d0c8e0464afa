type TrackProcessor = new (init: { track: MediaStreamTrack; maxBufferSize?: number }) => {
  readonly readable: ReadableStream<VideoFrame>
}

/** Insertable streams (W3C mediacapture-transform): on the page in Chromium, in workers in Safari; in no types yet. */
export function trackProcessor(): TrackProcessor | undefined {
  return (globalThis as { MediaStreamTrackProcessor?: TrackProcessor }).MediaStreamTrackProcessor
}
