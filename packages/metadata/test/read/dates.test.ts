import { describe, expect, test } from "vitest"
import { dateOf } from "../../src/read/dates.ts"

describe("dateOf()", () => {
  test.each([
    ["2024:05:06 07:08:09", "2024-05-06T07:08:09", undefined],
    ["2024-05-06T07:08:09.5+02:00", "2024-05-06T07:08:09.5", "+02:00"],
    ["2024-05-06T07:08Z", "2024-05-06T07:08:00", "Z"],
    ["2024:5:6 7:08:09", "2024-05-06T07:08:09", undefined],
    ["2024-05-06", "2024-05-06", undefined],
    ["2024-05", "2024-05", undefined],
    ["2024:02:29 00:00:00", "2024-02-29T00:00:00", undefined],
  ])("reads %s", (written, local, offset) => {
    expect(dateOf(written, "x")).toEqual({ local, source: "x", ...(offset === undefined ? {} : { offset }) })
  })

  test.each([
    "0000:00:00 00:00:00",
    "    :  :     :  :  ",
    "1970:01:01 00:00:00",
    "4501-01-01T00:00:00",
    "2023:02:29 00:00:00",
    "2024:13:01 00:00:00",
    "2024:01:01 25:00:00",
    "yesterday",
    "",
  ])("refuses %s", (written) => {
    expect(dateOf(written, "x")).toBeUndefined()
  })

  test("takes the offset and the fraction that stand elsewhere, unless there are none on earth", () => {
    expect(dateOf("2024:05:06 07:08:09", "x", "-09:30", "12")).toEqual({
      local: "2024-05-06T07:08:09.12",
      offset: "-09:30",
      source: "x",
    })
    expect(dateOf("2024:05:06 07:08:09", "x", "+25:00")?.offset).toBeUndefined()
  })
})
