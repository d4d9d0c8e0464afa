import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { promisify } from "node:util"
import type { Browser, Locator } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { startRecordingProxy, type RecordingProxy } from "./recording-proxy.ts"
import { Visitor } from "./visitor.ts"

const testData = resolve(process.env["DARKSLIDE_TESTDATA"] ?? join(import.meta.dirname, "../../../../../shared"))
const images = join(testData, "images/generated")
const isThere = existsSync(images)
const credentials = { handle: "files-story", password: "slow amber lantern" }

/** Of all formats that are kept as they are, with planted strings wherever metadata can hide. */
const names = [
  ...[
    "jpeg_everything_be.jpg",
    "jpeg_samsung_sef_trailer.jpg",
    "jpeg_second_jpeg_trailer_no_mpf.jpg",
    "jpeg_fillbytes.jpg",
  ],
  ...["jpeg_orient_1.jpg", "jpeg_orient_2.jpg", "jpeg_orient_3.jpg", "jpeg_orient_8.jpg", "jpeg_dup_exif_conflict.jpg"],
  ...["png_everything.png", "png_exif_orient_6.png", "png_dup_keys.png", "c2pa.png", "clean_base.png"],
  ...["webp_everything.webp", "webp_exif_prefix.webp", "gif_everything.gif", "clean_base.avif"],
  ...["chromium_mr_vp8.webm", "c2pa.mp4"],
]

let folder: string
let server: DemoServer
let proxy: RecordingProxy
let browser: Browser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "darkslide-files-"))
  server = await startDemoServer({ DARKSLIDE_LOG: "trace" })
  proxy = await startRecordingProxy(server.origin)
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await proxy?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

describe("files beside the camera", () => {
  test.skipIf(!isThere)(
    `twenty are added, searched, scrubbed, marked and downloaded clean, and the server learns no word of them${isThere ? "" : " (skipped: no images/generated under DARKSLIDE_TESTDATA)"}`,
    { timeout: 240_000 },
    async () => {
      const { page, complaints, close } = await freshPage(browser, screens.desktop)
      const visitor = new Visitor(page, proxy.origin)
      const button = (name: string): Locator => page.getByRole("button", { name, exact: true })
      await visitor.createAccount(credentials)
      await visitor.openLibrary()

      const files = await Promise.all(
        names.map(async (name) => ({
          name: `CANARY-NAME-${name}`,
          mimeType: "application/octet-stream",
          buffer: await readFile(join(images, name)),
        })),
      )
      expect(files.filter(({ buffer }) => buffer.includes("CANARY-")).length).toBeGreaterThan(10)
      const tiff = { name: "CANARY-NAME.tif", mimeType: "image/tiff", buffer: smallTiff() }
      await page.locator("#files").setInputFiles([...files, tiff])
      await page.getByText("20 added, 1 not.").first().waitFor({ timeout: 120_000 })
      await button("Add CANARY-NAME.tif as new JPEG").click()
      await page.getByText("This browser cannot draw the file.").waitFor()
      await button("Close").click()

      // Found by what the files said, though nothing of it is in them any more.
      await page.getByRole("link", { name: "Search", exact: true }).click()
      await page.getByRole("heading", { name: "20 found" }).or(page.getByText("1 to 20 of 20 found")).waitFor()
      await page.getByLabel("Words").fill("CANARY-NAME-jpeg_everything")
      await page.getByText("1 found", { exact: true }).first().waitFor()
      await page.getByText("Filters", { exact: true }).click()
      await page.getByLabel("Place", { exact: true }).selectOption({ label: "Only with a place" })
      await page.getByText("1 found", { exact: true }).first().waitFor()
      await page.locator("main a.result").click()
      await page.getByRole("heading", { name: "Hidden things found" }).waitFor()
      await page.getByText(/^geo:/).waitFor()

      const clean = await downloadBy(visitor, () => button("Download clean file").click())
      await expectClean(clean, "clean.jpg")
      const kept = await visitor.download()
      expect(Buffer.from(kept).includes("CANARY-")).toBe(false)
      await expectClean(kept, "kept.jpg")

      await button("Watermark and download").click()
      await page.getByLabel("Text", { exact: true }).fill("CANARY-MARK")
      await page.getByRole("img", { name: "Preview with the mark" }).waitFor()
      const marked = await downloadBy(visitor, () => button("Download copy").click())
      await expectClean(marked, "marked.jpg")
      expect(Buffer.compare(marked, kept)).not.toBe(0)
      await page.keyboard.press("Escape")

      await button("Edit").click()
      await page.getByLabel("Title", { exact: true }).fill("CANARY-TITLE harbour")
      await button("Save").click()
      await page.getByText("CANARY-TITLE harbour").waitFor()

      // Into the picture: exiftool reads it, and the pixels are those of before.
      const unwritten = page.url()
      await button("Edit").click()
      await page.getByLabel("Write it into the picture as well").check()
      await page.getByLabel("Artist", { exact: true }).fill("CANARY-ARTIST Zoë")
      await page.getByLabel("Copyright", { exact: true }).fill("CANARY-COPYRIGHT ©")
      await page.getByLabel("Taken, by the camera’s clock").fill("2021-03-04T05:06:07")
      await page.getByLabel("Zone", { exact: true }).fill("+02:00")
      await page.getByLabel("Place, in degrees").fill("-33.85678, 151.2153")
      await button("Save").click()
      await page.waitForURL((url) => url.href !== unwritten)
      await page.getByRole("heading", { name: "Written in the picture" }).waitFor()
      const written = await visitor.download()
      expect(await tagsOf(written, "written.jpg")).toMatchObject({
        "IFD0:Artist": "CANARY-ARTIST Zoë",
        "IFD0:Copyright": "CANARY-COPYRIGHT ©",
        "XMP-dc:Title": "CANARY-TITLE harbour",
        "ExifIFD:DateTimeOriginal": "2021:03:04 05:06:07",
        "ExifIFD:OffsetTimeOriginal": "+02:00",
        "GPS:GPSLatitude": expect.closeTo(33.85678, 8) as number,
        "GPS:GPSLatitudeRef": "S",
      })
      expect(scanOf(written)).toEqual(scanOf(Buffer.from(kept)))

      const before = page.url()
      await button("Remove location").click()
      await button("Forget the place").click()
      await page.waitForURL((url) => url.href !== before)
      await page.getByText("The file names no place.").waitFor()
      const placeless = page.getByRole("region", { name: "Written in the picture" })
      await placeless.getByText("CANARY-TITLE harbour").waitFor()
      expect(await placeless.getByText("-33.85678").count()).toBe(0)
      const middle = page.url()
      await button("Scrub and save").click()
      await page.locator("wa-dialog").getByRole("button", { name: "Scrub and save", exact: true }).click()
      await page.waitForURL((url) => url.href !== middle)
      await page.getByText("Read from the picture as it is kept.").waitFor()
      await page.getByText("Nothing hidden was found.").waitFor()

      // A fresh page reads the whole history again, and another client's head is verified.
      await visitor.visit("/search")
      await visitor.unlock(credentials.password)
      await page.getByText("1 to 20 of 20 found").waitFor()
      await page.getByLabel("Words").fill("harbour")
      await page.getByText("Nothing found", { exact: true }).first().waitFor()
      await visitor.signOut()
      await close()
      expect(complaints.filter((complaint) => !complaint.includes("401"))).toEqual([])

      const bodies = proxy.requests.map(({ method, path, head, body }) => ({
        name: `${method} ${path}`,
        bytes: Buffer.concat([Buffer.from(head), body]),
      }))
      const held = [...(await filesOf(server.dataFolder)), { name: "log", bytes: Buffer.from(server.log()) }]
      expect(bodies.some(({ name }) => name.startsWith("PUT /v1/history/"))).toBe(true)
      expect(canariesIn([{ name: "itself", bytes: files[0]!.buffer }])).not.toEqual([])
      expect(canariesIn([...held, ...bodies])).toEqual([])
    },
  )
})

async function downloadBy({ page }: Visitor, act: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()])
  return await readFile(await download.path())
}

async function tagsOf(bytes: Uint8Array, name: string): Promise<Record<string, unknown>> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  const { stdout } = await promisify(execFile)("exiftool", ["-json", "-a", "-u", "-ee", "-n", "-G1", path])
  const [tags = {}] = JSON.parse(stdout) as readonly Record<string, unknown>[]
  return tags
}

/** From the first start of scan on: what is drawn. */
function scanOf(jpeg: Uint8Array): Buffer {
  const bytes = Buffer.from(jpeg)
  return bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0xda])))
}

/** exiftool finds what the picture itself is made of, and nothing else. */
async function expectClean(bytes: Uint8Array, name: string): Promise<void> {
  const tags = await tagsOf(bytes, name)
  const allowed =
    /^(?:SourceFile|ExifTool:|System:|File:(?!Comment)|Composite:(?:ImageSize|Megapixels)|JFIF:|ICC|IFD0:Orientation)/
  const left = Object.keys(tags).filter((tag) => !allowed.test(tag))
  expect(left.filter((tag) => !/^IFD0:(?:XResolution|YResolution|ResolutionUnit|YCbCrPositioning)$/.test(tag))).toEqual(
    [],
  )
}

interface Held {
  readonly name: string
  readonly bytes: Buffer
}

/** Where the planted word stands: as it is, in UTF-16, in hex, or in base64 at any of its three alignments. */
function canariesIn(held: readonly Held[]): string[] {
  const word = Buffer.from("CANARY-")
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), word])
      .toString("base64")
      .replace(/=+$/, "")
    // Without the characters that depend on what is around.
    return text.slice(Math.ceil((shift * 8) / 6), -1)
  })
  const needles = [
    word,
    Buffer.from("CANARY-", "utf16le"),
    Buffer.from(word.toString("hex")),
    ...base64.map((text) => Buffer.from(text)),
  ]
  return held.flatMap(({ name, bytes }) =>
    needles.filter((needle) => bytes.includes(needle)).map((needle) => `${needle.toString("latin1")} in ${name}`),
  )
}

async function filesOf(root: string): Promise<Held[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(paths.map(async (path) => ({ name: path.slice(root.length), bytes: await readFile(path) })))
}

/** One black pixel: a TIFF with the ten fields that a baseline reader needs (TIFF 6.0 section 4). */
function smallTiff(): Buffer {
  const entries = [
    [256, 3, 1, 1],
    [257, 3, 1, 1],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, 8],
    [277, 3, 1, 1],
    [278, 3, 1, 1],
    [279, 4, 1, 1],
  ] as const
  const bytes = Buffer.alloc(10 + 2 + entries.length * 12 + 4)
  bytes.write("II*\0", 0, "latin1")
  bytes.writeUInt32LE(10, 4)
  bytes.writeUInt16LE(entries.length, 10)
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 12 + index * 12
    bytes.writeUInt16LE(tag, at)
    bytes.writeUInt16LE(type, at + 2)
    bytes.writeUInt32LE(count, at + 4)
    if (type === 3) bytes.writeUInt16LE(value, at + 8)
    else bytes.writeUInt32LE(value, at + 8)
  }
  return bytes
}
