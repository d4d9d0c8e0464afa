import { describe, expect, test } from "vitest"
import { pictureType } from "../../src/stills/picture-type.ts"

const text = (value: string): Uint8Array<ArrayBuffer> => Uint8Array.from(value, (letter) => letter.charCodeAt(0))

describe("pictureType()", () => {
  test.each([
    ["image/jpeg", new Uint8Array([0xff, 0xd8, 0xff, 0xe0])],
    ["image/png", text("\x89PNG\r\n\x1a\n")],
    ["image/webp", text("RIFF\x10\x00\x00\x00WEBPVP8 ")],
    ["image/avif", text("\x00\x00\x00\x1cftypavif")],
    ["image/heic", text("\x00\x00\x00\x1cftypheic")],
    [undefined, text("<svg xmlns=")],
    [undefined, new Uint8Array()],
  ])("says %s by the bytes, whatever the blob says", async (type, bytes) => {
    expect(await pictureType(new Blob([bytes], { type: "image/gif" }))).toBe(type)
  })
})
