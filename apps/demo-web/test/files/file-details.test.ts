import { describe, expect, test } from "vitest"
import { fromJsonDetails, toJsonDetails, type FileDetails } from "../../src/files/file-details.ts"
import { richMetadata } from "../fixtures/rich-metadata.ts"

const file: FileDetails = {
  fileName: "IMG_2001.jpg",
  cleaning: "strict",
  original: richMetadata,
  removed: [{ kind: "exif", name: "APP1", bytes: 40_000, count: 1 }],
}

describe("details of a file", () => {
  test("come back as they went", () => {
    expect(fromJsonDetails(toJsonDetails(file))).toEqual(file)
  })

  test("leave long groups out, the longest first, and keep the facts", () => {
    const comments = ["x".repeat(300_000)]
    const original = { ...richMetadata, comments, text: [{ keyword: "Comment", text: "y".repeat(300_000) }] }
    const kept = fromJsonDetails(toJsonDetails({ ...file, original: original }))
    expect(kept?.original).toEqual(richMetadata)
  })

  test.each([[undefined], [null], [{}], [{ durationSeconds: 3 }], [{ file: { ...file, cleaning: "shiny" } }]])(
    "%o is no file",
    (details) => expect(fromJsonDetails(details)).toBeUndefined(),
  )
})
