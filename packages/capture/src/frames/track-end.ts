/** How often a track is looked at: `stop()` fires no event. */
const lookEveryMs = 250

/**
 * Tells once when a track has ended, whether its device ended it or its owner's `stop()`.
 * @returns Ends the watch; then nothing is told.
 */
export function watchTrackEnd(track: MediaStreamTrack, tell: () => void): () => void {
  const end = () => {
    if (track.readyState !== "ended") return
    unwatch()
    tell()
  }
  const unwatch = () => {
    clearInterval(watch)
    track.removeEventListener("ended", end)
  }
  const watch = setInterval(end, lookEveryMs)
  track.addEventListener("ended", end)
  return unwatch
}

/** A clone that ends with its original, or by `stop`: what reads it then ends, with the original still live. */
export function followTrack(track: MediaStreamTrack): { readonly track: MediaStreamTrack; readonly stop: () => void } {
  const clone = track.clone()
  const stop = () => {
    unwatch()
    clone.stop()
  }
  const unwatch = watchTrackEnd(track, stop)
  return { track: clone, stop }
}
