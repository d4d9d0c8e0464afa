import { describe, expect, test } from "vitest"
import { metersInWords, placeForms, precisionMeters } from "../../src/files/place-forms.ts"

describe("a place", () => {
  test.each([
    [53.54321, 9.98765, "53.54321, 9.98765", "53° 32′ 35.6″ N, 9° 59′ 15.5″ E"],
    [-33.8568, -70.5, "-33.8568, -70.5", "33° 51′ 24.5″ S, 70° 30′ 0″ W"],
    [0, 0, "0, 0", "0° 0′ 0″ N, 0° 0′ 0″ E"],
    [89.999999, -179.999999, "90, -180", "90° 0′ 0″ N, 180° 0′ 0″ W"],
    [-0.000001, 12.9999999, "0, 13", "0° 0′ 0″ N, 13° 0′ 0″ E"],
  ])("%d, %d", (latitude, longitude, decimal, dms) => {
    expect(placeForms({ latitude, longitude })).toEqual({ decimal, dms, uri: `geo:${decimal.replace(", ", ",")}` })
  })

  test.each([
    [0.3, "1 m"],
    [3.4, "3 m"],
    [999, "999 m"],
    [1234, "1.2 km"],
    [40_075_000, "40075 km"],
  ])("%d meters are %s", (meters, words) => expect(metersInWords(meters)).toBe(words))

  test("a hundredth of a degree is about a kilometre", () => {
    expect(metersInWords(precisionMeters(0.01))).toBe("1.1 km")
  })
})
