// Runs in a worker in Chromium: one thumbnail, as a PNG in base64.
import { canvasImages } from "@darkslide/metadata/images"
import { answerMessages } from "../../../../tools/bench/answer-messages.ts"

answerMessages(async ({ photo, pixels }: { readonly photo: string; readonly pixels: number }) => {
  const bytes = Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0))
  const made = await canvasImages().thumbnail(bytes, { pixels, mediaType: "image/png" })
  return btoa(Array.from(made.bytes, (byte) => String.fromCharCode(byte)).join(""))
})
