/** The longer side, in pixels: as `thumbnailPixels`, which would bring a page's code into the worker. */
const longerSide = 320

/**
 * A small JPEG of a frame, drawn before this returns, so that the frame can be closed. `undefined` where the browser has no
 * canvas in workers, writes no JPEG, or falsifies what is read from a canvas: a recording does without.
 */
export function frameThumbnail(frame: VideoFrame): Promise<Blob | undefined> {
  const { displayWidth, displayHeight } = frame
  const scale = Math.min(1, longerSide / Math.max(displayWidth, displayHeight))
  const width = Math.max(1, Math.round(displayWidth * scale))
  const height = Math.max(1, Math.round(displayHeight * scale))
  const paint = typeof OffscreenCanvas === "undefined" ? null : new OffscreenCanvas(width, height).getContext("2d")
  if (!paint || isReadbackFalse()) return Promise.resolve(undefined)
  paint.drawImage(frame, 0, 0, width, height)
  return paint.canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 }).then(
    (blob) => (blob.type === "image/jpeg" ? blob : undefined),
    // The canvas could not be encoded: there is no picture, and nothing else is lost.
    () => undefined,
  )
}

/** Privacy modes return noise for what a page reads from a canvas: a known pixel shows it. */
function isReadbackFalse(): boolean {
  const probe = new OffscreenCanvas(1, 1).getContext("2d")
  if (!probe) return true
  probe.fillStyle = "#12fe56"
  probe.fillRect(0, 0, 1, 1)
  return String(probe.getImageData(0, 0, 1, 1).data) !== "18,254,86,255"
}
