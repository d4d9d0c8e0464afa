import type { ImageMetadata } from "@darkslide/metadata"
import { describe, expect, test } from "vitest"
import { factGroups, hiddenThings } from "../../src/files/fact-groups.ts"
import { richMetadata } from "../fixtures/rich-metadata.ts"

const bare: ImageMetadata = {
  format: "png",
  mediaType: "image/png",
  bytesRead: 67,
  orientation: 1,
  dates: {},
  hidden: {},
  issues: [],
}

const rowsOf = (metadata: ImageMetadata, title: string) =>
  Object.fromEntries(factGroups(metadata, {}).find((group) => group.title === title)?.rows ?? [])

describe("what a file says about itself", () => {
  test("stands in the order in which a person asks", () => {
    expect(factGroups(richMetadata, { fileName: "IMG_2001.jpg" }).map(({ title }) => title)).toEqual([
      "Time",
      "Camera",
      "Exposure",
      "Description",
      "Colour",
      "File",
    ])
  })

  test("leaves out what it does not say", () => {
    const groups = factGroups(bare, {})
    expect(groups.map(({ title, rows }) => [title, rows.length])).toEqual([["File", 1]])
    expect(hiddenThings(bare)).toEqual([])
  })

  test.each([
    [0.004, "1/250 s"],
    [0.3, "1/3 s"],
    [0.5, "0.5 s"],
    [30, "30 s"],
    [0, "0 s"],
  ])("an exposure of %d s is %s", (timeSeconds, words) => {
    expect(Object.values(rowsOf({ ...bare, exposure: { timeSeconds } }, "Exposure"))).toEqual([words])
  })

  test("a date that is the same is told once, and a zone that is not there is said to be unknown", () => {
    const taken = { local: "2024-05-06T07:08:09", source: "exif:DateTimeOriginal" }
    const rows = rowsOf({ ...bare, dates: { taken, digitized: taken } }, "Time")
    expect(Object.keys(rows)).toHaveLength(2)
    expect(Object.values(rows)).toContain("The file does not say")
  })

  test("lists what an ordinary viewer hides", () => {
    expect(hiddenThings(richMetadata)).toHaveLength(5)
    expect(hiddenThings(richMetadata).join()).toContain("2.1 MB")
  })
})
