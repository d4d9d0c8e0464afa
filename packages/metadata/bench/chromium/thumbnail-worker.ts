// Runs in a worker in Chromium: one thumbnail, as a PNG in base64.
import { canvasImages } from "@darkslide/metadata/images"

addEventListener("message", (event: MessageEvent<{ readonly photo: string; readonly pixels: number }>) => {
  const { photo, pixels } = event.data
  const bytes = Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0))
  canvasImages()
    .thumbnail(bytes, { pixels, mediaType: "image/png" })
    .then(
      ({ bytes }) => postMessage({ result: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) }),
      (error: unknown) => postMessage({ error: String(error) }),
    )
})
