import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { chromium, type Page } from "playwright"
import sharp from "sharp"
import { findChromium } from "../../../../../tools/ensure-chromium.mjs"

const run = promisify(execFile)
const mediaTypes: Readonly<Record<string, string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
}

/** What a decoder makes of a file: a digest of size and pixels; `undefined` when it refuses the file. */
export type Decoder = (bytes: Uint8Array, format: string) => Promise<string | undefined>

const digest = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest("hex")
}

/** libvips: every frame, as stored, and the profile and orientation beside it. */
export const byLibvips: Decoder = async (bytes) => {
  try {
    const image = sharp(bytes, { failOn: "none", pages: -1, limitInputPixels: 30_000_000 })
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
    return digest(`${info.width} ${info.height} ${info.channels}`, data)
  } catch {
    // A file that cannot be decoded before the scrub is compared as that: it must not be afterwards either.
    return undefined
  }
}

/** Orientation and profile as libvips reports them. */
export async function facts(bytes: Uint8Array): Promise<{ orientation: number; icc: string | undefined } | undefined> {
  try {
    const { orientation, icc } = await sharp(bytes, { failOn: "none", limitInputPixels: 30_000_000 }).metadata()
    return { orientation: orientation ?? 1, icc: icc === undefined ? undefined : digest(icc) }
  } catch {
    // As above: it cannot be decoded.
    return undefined
  }
}

/** HEIC by libheif, clips by ffmpeg. */
export const byProgram: Decoder = async (bytes, format) => {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-scrub-"))
  try {
    const input = join(folder, `in.${format}`)
    await writeFile(input, bytes)
    if (format !== "heic") {
      const { stdout } = await run("ffmpeg", ["-v", "quiet", "-i", input, "-map", "0", "-f", "framemd5", "-"], {
        maxBuffer: 1 << 26,
      })
      return digest(stdout)
    }
    await run("heif-convert", ["-q", "90", input, join(folder, "out.png")])
    const outputs = (await readdir(folder)).filter((name) => name.startsWith("out")).toSorted()
    const pixels = await Promise.all(
      outputs.map(async (name) => await byLibvips(await readFile(join(folder, name)), "png")),
    )
    return digest(...pixels.map(String))
  } catch {
    // The program refuses the file.
    return undefined
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Chromium, which turns a picture by its orientation and manages its colours. */
export async function openChromium(): Promise<AsyncDisposable & { readonly decode: Decoder }> {
  const executablePath = findChromium()
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath })
  const page = await browser.newPage()
  return {
    decode: async (bytes, format) => await decodeInPage(page, bytes, mediaTypes[format] ?? ""),
    [Symbol.asyncDispose]: async () => await browser.close(),
  }
}

async function decodeInPage(page: Page, bytes: Uint8Array, type: string): Promise<string | undefined> {
  const found = await page.evaluate(
    async ({ base64, type }) => {
      try {
        const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([data], { type }))
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
        const context = canvas.getContext("2d", { colorSpace: "display-p3" })
        context?.drawImage(bitmap, 0, 0)
        const pixels = context?.getImageData(0, 0, bitmap.width, bitmap.height, { colorSpace: "display-p3" }).data
        let hash = 0x811c9dc5
        for (const value of pixels ?? []) hash = Math.imul(hash ^ value, 0x01000193) >>> 0
        return `${bitmap.width} ${bitmap.height} ${hash}`
      } catch {
        // It cannot be decoded.
        return undefined
      }
    },
    { base64: Buffer.from(bytes).toString("base64"), type },
  )
  return found
}
