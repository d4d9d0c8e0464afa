import type { ImageMetadata, LocalDate } from "@darkslide/metadata"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { cameraName, momentOf, recordOf } from "../../src/files/history-record.ts"
import { richMetadata } from "../fixtures/rich-metadata.ts"

const about = { id: "kHd2", fileName: "IMG_2001.jpg", bytes: 2_400_000 }
const taken = (local: string, offset?: string): ImageMetadata => {
  const date: LocalDate = { local, source: "exif:DateTimeOriginal", ...(offset === undefined ? {} : { offset }) }
  return { ...richMetadata, dates: { taken: date } }
}

describe("a record of a file", () => {
  test("holds what it can be found by", () => {
    expect(recordOf(richMetadata, about)).toMatchObject({
      ...about,
      mediaType: "image/jpeg",
      taken: { local: "2024-05-06T07:08:09", offset: "+02:00" },
      place: { latitude: 53.54321, longitude: 9.98765, altitudeMeters: 12.4 },
      camera: "Canon EOS R6",
      lens: "RF24-105mm F4 L IS USM",
      title: "Harbour",
      keywords: ["water", "morning"],
      flags: ["added", "had-location", "c2pa", "hidden-data"],
      width: 4000,
      height: 3000,
      orientation: 6,
    })
  })

  test("has no time of a clock that was never set, nor a zone that is none", () => {
    expect(recordOf(taken("0000-00-00T00:00:00"), about).taken).toBeUndefined()
    expect(recordOf(taken("2024-02"), about).taken).toBeUndefined()
    expect(recordOf(taken("2024-05-06"), about).taken).toEqual({ local: "2024-05-06T00:00:00" })
    expect(recordOf(taken("2024-05-06T07:08:09", "+25:00"), about).taken).toEqual({ local: "2024-05-06T07:08:09" })
  })

  test("never has half a character, nor more than its field takes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 0, maxLength: 900 }), (title) => {
        const kept = recordOf({ ...richMetadata, description: { title } }, about).title
        if (kept === undefined) return
        expect(kept.length).toBeLessThanOrEqual(512)
        expect(new TextDecoder().decode(new TextEncoder().encode(kept))).toBe(kept)
      }),
    )
  })
})

test.each([
  ["Canon", "Canon EOS R6", "Canon EOS R6"],
  ["NIKON CORPORATION", "NIKON D850", "NIKON D850"],
  ["Apple", "iPhone 15", "Apple iPhone 15"],
  ["", "X100V", "X100V"],
  ["Leica", "", "Leica"],
])("the camera of %j and %j is %j", (make, model, name) => {
  expect(cameraName({ camera: { make, model } })).toBe(name)
})

test("a moment takes the zone that is told", () => {
  expect(momentOf({ local: "2024-05-06T07:08:09", offset: "+02:00", source: "xmp" })).toBe(
    Date.UTC(2024, 4, 6, 5, 8, 9),
  )
  expect(momentOf({ local: "1969-12-31T00:00:00", offset: "Z", source: "xmp" })).toBeUndefined()
  expect(momentOf(undefined)).toBeUndefined()
})
