import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { readMetadata } from "@darkslide/metadata"
import { exifBlock } from "../fixtures/exif-block.ts"
import { exifSegment, jpegFile, pngChunk, pngFile, xmpSegment } from "../fixtures/files.ts"
import { samplePacket } from "../fixtures/packets.ts"
import { sampleExif } from "../fixtures/sample-exif.ts"
import { darkslideMetadata, exiftool, jsonLines, temporaryFolder } from "./darkslide-metadata.ts"

const block = exifBlock(sampleExif)
const jpeg = jpegFile(40, 30, exifSegment(block), xmpSegment(samplePacket))
const png = pngFile(40, 30, pngChunk("eXIf", block))

/** `photos/a.jpg`, `photos/deep/b.png`, and a text beside them. */
function photos(folder: string): void {
  mkdirSync(join(folder, "photos/deep"), { recursive: true })
  writeFileSync(join(folder, "photos/a.jpg"), jpeg)
  writeFileSync(join(folder, "photos/deep/b.png"), png)
  writeFileSync(join(folder, "photos/notes.txt"), "no picture")
}

describe("darkslide-metadata read", () => {
  test("tells what exiftool tells", async () => {
    using folder = temporaryFolder()
    photos(folder.path)
    const outcome = await darkslideMetadata(folder.path, ["read", "--json", "photos"])
    expect(outcome.code).toBe(0)
    const lines = jsonLines(outcome)
    expect(lines.map(({ input }) => input)).toEqual(["photos/a.jpg", "photos/deep/b.png"])
    const theirs = await exiftool(folder.path, "photos/a.jpg", "photos/deep/b.png")
    for (const [i, tags] of theirs.entries())
      expect(lines[i]).toMatchObject({
        type: "read",
        width: tags["PNG:ImageWidth"] ?? tags["File:ImageWidth"],
        camera: { make: tags["IFD0:Make"], model: tags["IFD0:Model"] },
        exposure: { iso: tags["ExifIFD:ISO"] },
        orientation: tags["IFD0:Orientation"],
      })
  })

  test("prints a table, with every tag when asked", async () => {
    using folder = temporaryFolder()
    photos(folder.path)
    const table = (await darkslideMetadata(folder.path, ["read", "photos/a.jpg"])).stdout.toString()
    expect(table).toMatch(/^photos\/a\.jpg\n  picture +type +image\/jpeg\n/)
    expect(table).toMatch(/place +latitude +48\.858222°/)
    expect(table).toMatch(/exposure +time +1\/125 s/)
    expect(table).not.toContain("exif/photo")
    const all = (await darkslideMetadata(folder.path, ["read", "-a"], jpeg)).stdout.toString()
    expect(all).toMatch(/exif\/photo +FNumber +2\.8/)
    expect(all).toMatch(/xmp +dc:title de +Fisch/)
  })

  test("shows no control characters of a file", async () => {
    using folder = temporaryFolder()
    const hostile = jpegFile(40, 30, exifSegment(exifBlock({ image: { 0x013b: { ascii: "a\u001b[31mb" } } })))
    const { stdout } = await darkslideMetadata(folder.path, ["read", "-a", "-"], hostile)
    expect(stdout.toString()).toContain("a\\u001b[31mb")
    expect(stdout.includes(0x1b)).toBe(false)
  })

  test("says which file it cannot read, and reads the others", async () => {
    using folder = temporaryFolder()
    photos(folder.path)
    const outcome = await darkslideMetadata(folder.path, ["read", "--json", "photos/notes.txt", "photos/a.jpg"])
    expect(outcome.code).toBe(2)
    expect(jsonLines(outcome)).toMatchObject([
      { type: "failed", input: "photos/notes.txt", code: "METADATA_UNKNOWN_FORMAT" },
      { type: "read", input: "photos/a.jpg" },
    ])
  })
})

describe("darkslide-metadata scrub", () => {
  test("writes clean files of a folder below another, in its shape, and leaves the old ones", async () => {
    using folder = temporaryFolder()
    photos(folder.path)
    const outcome = await darkslideMetadata(folder.path, ["scrub", "--json", "-o", "out", "photos"])
    expect(outcome.code).toBe(0)
    expect(jsonLines(outcome).find(({ input }) => input === "photos/a.jpg")).toMatchObject({
      type: "scrubbed",
      output: "out/photos/a.jpg",
      format: "jpeg",
      removed: [{ kind: "exif" }, { kind: "xmp" }],
      kept: [{ kind: "orientation" }],
    })
    expect(jsonLines(outcome).at(-1)).toEqual({ type: "end", done: 2, failed: 0 })
    const clean = await exiftool(folder.path, "out/photos/a.jpg", "out/photos/deep/b.png")
    for (const tags of clean)
      expect(Object.keys(tags).filter((tag) => /^(?:IFD|ExifIFD|GPS|XMP)/u.test(tag))).toEqual(["IFD0:Orientation"])
    expect(readFileSync(join(folder.path, "photos/a.jpg"))).toEqual(Buffer.from(jpeg))
    expect(existsSync(join(folder.path, "out/photos/notes.txt"))).toBe(false)
  })

  test("in place only by --force, and by its policy", async () => {
    using folder = temporaryFolder()
    photos(folder.path)
    const refused = await darkslideMetadata(folder.path, ["scrub", "photos"])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("--force") as string })
    expect(readFileSync(join(folder.path, "photos/a.jpg"))).toEqual(Buffer.from(jpeg))
    expect((await darkslideMetadata(folder.path, ["scrub", "--force", "-p", "gps-only", "photos"])).code).toBe(0)
    const read = await readMetadata(new Uint8Array(readFileSync(join(folder.path, "photos/a.jpg"))))
    expect(read.location).toBeUndefined()
    expect(read.camera?.make).toBe("Kodiak")
    expect(readdirSync(join(folder.path, "photos"))).toEqual(["a.jpg", "deep", "notes.txt"])
  })

  test("overwrites nothing, and writes nothing of a file that is refused", async () => {
    using folder = temporaryFolder()
    photos(folder.path)
    writeFileSync(join(folder.path, "photos/cut.jpg"), jpeg.subarray(0, 200))
    mkdirSync(join(folder.path, "out/photos"), { recursive: true })
    writeFileSync(join(folder.path, "out/photos/a.jpg"), "mine")
    const outcome = await darkslideMetadata(folder.path, ["scrub", "--json", "-o", "out", "photos"])
    expect(outcome.code).toBe(2)
    expect(jsonLines(outcome).filter(({ type }) => type === "failed")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ input: "photos/a.jpg", code: "OUTPUT_EXISTS" }) as unknown,
        expect.objectContaining({ input: "photos/cut.jpg", code: "METADATA_MALFORMED" }) as unknown,
      ]),
    )
    expect(readFileSync(join(folder.path, "out/photos/a.jpg"), "utf8")).toBe("mine")
    expect(readdirSync(join(folder.path, "out/photos"))).toEqual(["a.jpg", "deep"])
  })
})

describe("darkslide-metadata edit and diff", () => {
  test("change what they are told, as exiftool sees it, and diff tells the same", async () => {
    using folder = temporaryFolder()
    photos(folder.path)
    const changes = [
      "--artist",
      "Zoë",
      "--artist",
      "Bo",
      "--gps",
      "-33.5,151.25,-4",
      "--date",
      "2021-03-04 05:06:07+02:00",
    ]
    const outcome = await darkslideMetadata(folder.path, ["edit", "--json", "-o", "out", ...changes, "photos"])
    expect(outcome).toMatchObject({ code: 0, stderr: "" })
    expect(jsonLines(outcome).find(({ input }) => input === "photos/a.jpg")).toMatchObject({
      type: "edited",
      written: [
        { kind: "exif", name: "APP1" },
        { kind: "xmp", name: "APP1" },
      ],
    })
    const [before] = await exiftool(folder.path, "photos/a.jpg")
    const [after] = await exiftool(folder.path, "out/photos/a.jpg")
    expect(after).toEqual({
      ...before,
      ...Object.fromEntries(
        Object.entries(after ?? {}).filter(([tag]) => /^(?:SourceFile|System|Composite|File)/u.test(tag)),
      ),
      "IFD0:Artist": "Zoë; Bo",
      "XMP-dc:Creator": ["Zoë", "Bo"],
      "ExifIFD:DateTimeOriginal": "2021:03:04 05:06:07",
      "ExifIFD:SubSecTimeOriginal": undefined,
      "GPS:GPSLatitudeRef": "S",
      "GPS:GPSLatitude": 33.5,
      "GPS:GPSLongitudeRef": "E",
      "GPS:GPSLongitude": 151.25,
      "GPS:GPSAltitudeRef": 1,
      "GPS:GPSAltitude": 4,
      "IFD1:ThumbnailOffset": before?.["IFD1:ThumbnailOffset"],
    })
    const diff = await darkslideMetadata(folder.path, ["diff", "--json", "photos/a.jpg", "out/photos/a.jpg"])
    expect(diff.code).toBe(2)
    expect(jsonLines(diff)).toContainEqual({
      type: "changed",
      group: "exif/image",
      name: "Artist",
      old: "Ada; Bo",
      new: "Zoë; Bo",
    })
    expect(jsonLines(diff)).toContainEqual({
      type: "removed",
      group: "exif/photo",
      name: "SubSecTimeOriginal",
      old: "250",
    })
    expect(jsonLines(diff).map(({ name }) => name)).not.toContain("Model")
    const same = await darkslideMetadata(folder.path, ["diff", "photos/a.jpg", "photos/a.jpg"])
    expect(same).toMatchObject({ code: 0, stderr: "" })
    expect(same.stdout.toString()).toBe("")
  })

  test("from standard input to standard output; an empty value removes", async () => {
    using folder = temporaryFolder()
    const { code, stdout } = await darkslideMetadata(folder.path, ["edit", "--gps", "", "--artist", ""], png)
    expect(code).toBe(0)
    const read = await readMetadata(new Uint8Array(stdout))
    expect(read.location).toBeUndefined()
    expect(read.description?.artists).toBeUndefined()
    expect(read.camera?.make).toBe("Kodiak")
  })

  test("keeps a place only roughly", async () => {
    using folder = temporaryFolder()
    const { stdout } = await darkslideMetadata(folder.path, ["edit", "--gps-decimals", "1", "--artist", "Bo"], jpeg)
    const read = await readMetadata(new Uint8Array(stdout))
    expect(read.location).toMatchObject({ latitude: 48.9, longitude: -2.3 })
    expect(read.description?.artists).toEqual(["Bo"])
    expect(read.hidden.makerNoteBytes).toBeUndefined()
  })
})

describe("a wrong command line", () => {
  test.each([
    ["no change", ["edit", "-o", "out.jpg", "a.jpg"]],
    ["a place on no earth", ["edit", "--gps", "91,0", "-o", "out.jpg", "a.jpg"]],
    ["decimals of no number", ["edit", "--gps-decimals", "many", "-o", "out.jpg", "a.jpg"]],
    ["a place and a rounded one", ["edit", "--gps", "1,2", "--gps-decimals", "1", "-o", "out.jpg", "a.jpg"]],
    ["no place", ["edit", "--gps", "here", "-o", "out.jpg", "a.jpg"]],
    ["no date", ["edit", "--date", "yesterday", "-o", "out.jpg", "a.jpg"]],
    ["a day that is none", ["edit", "--date", "2023-02-29T00:00", "-o", "out.jpg", "a.jpg"]],
    ["no orientation", ["edit", "--orientation", "9", "-o", "out.jpg", "a.jpg"]],
    ["no rating", ["edit", "--rating", "many", "-o", "out.jpg", "a.jpg"]],
    ["in place without leave", ["edit", "--artist", "A", "a.jpg"]],
    ["no policy", ["scrub", "-p", "all", "-o", "out.jpg", "a.jpg"]],
    ["one file to compare", ["diff", "a.jpg"]],
    ["an unknown option", ["read", "--fast"]],
    ["an unknown command", ["clean"]],
    ["a file that is not there", ["scrub", "-o", "out.jpg", "b.jpg"]],
  ])("%s: exit code 1, and nothing is done", async (_, args) => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, "a.jpg"), jpeg)
    const { code, stdout, stderr } = await darkslideMetadata(folder.path, args)
    expect(code).toBe(1)
    expect(stdout.length).toBe(0)
    expect(stderr).toMatch(/^darkslide-metadata: .+\n$/)
    expect(readdirSync(folder.path)).toEqual(["a.jpg"])
  })

  test.each(["read", "scrub", "edit", "diff"])("%s --help says how it is used", async (command) => {
    const { code, stdout } = await darkslideMetadata(".", [command, "--help"])
    expect(code).toBe(0)
    expect(stdout.toString()).toMatch(new RegExp(`^Usage: darkslide-metadata ${command} `))
    expect(
      Math.max(
        ...stdout
          .toString()
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(120)
  })
})
