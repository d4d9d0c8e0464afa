import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import * as z from "zod/mini"
import type { SequencePosition } from "../../sealed/device.ts"
import type { SealedCapture } from "../../sealed/seal-capture.ts"
import { replaceDurable, syncFolder, writeDurable } from "./durable-file.ts"

// [Note: The queue on disk]
// items/<seq>/ holds one sealed capture: `media` (the sealed bytes), `parts.json` (everything else that is sealed, and
// the head) and, once an upload was made, `upload.json`. It is written as items/<seq>.new and renamed when all of it is
// on disk, so an item is there whole or not at all. `sequence.json` is the place of the last item that was written; an
// item that it does not know yet (a crash between the two) is counted in when the queue opens. A number whose item was
// never renamed was seen by nobody and is used again.

const hash = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/))
const sequenceSchema = z.strictObject({
  seq: z.int().check(z.nonnegative()),
  prevHash: hash,
  skipped: z.array(z.int()),
})
const text = z.string()
const partsSchema = z.strictObject({
  captureId: text,
  recordHash: hash,
  header: text,
  record: text,
  sealing: text,
  private: text,
  thumbnail: text,
  chunks: text,
  head: text,
})
const uploadSchema = z.strictObject({ url: z.url() })

type Sequence = z.infer<typeof sequenceSchema>

const noHash = toBase64Url(new Uint8Array(32))
const partNames = ["header", "record", "sealing", "private", "thumbnail", "chunks", "head"] as const

/** A sealed capture that waits on disk. */
export interface QueuedItem {
  readonly seq: number
  readonly sealed: SealedCapture
  /** Address of its upload, once there is one. */
  readonly upload: URL | undefined
}

/** Sealed captures on disk, in the device's order: ciphertext only. One process at a time. */
export class DiskQueue {
  readonly #folder: string
  readonly #maxBytes: number
  #sequence: Sequence

  private constructor(folder: string, maxBytes: number, sequence: Sequence) {
    this.#folder = folder
    this.#maxBytes = maxBytes
    this.#sequence = sequence
  }

  /** Opens the queue, and clears what a crash left half-written. */
  static async open(folder: string, maxBytes: number): Promise<DiskQueue> {
    const items = join(folder, "items")
    await mkdir(items, { recursive: true, mode: 0o700 })
    for (const name of await readdir(items))
      if (/\.(?:new|done)$/.test(name)) await rm(join(items, name), { recursive: true, force: true })
    const queue = new DiskQueue(folder, maxBytes, await readSequence(folder))
    for (const seq of await queue.waiting())
      if (seq > queue.#sequence.seq) await queue.#advance(seq, (await queue.read(seq)).sealed.recordHash)
    return queue
  }

  /** Where the next capture stands in the device's sequence. */
  get position(): SequencePosition {
    const { seq, prevHash, skipped } = this.#sequence
    return { seq: seq + 1, prevHash, skipped }
  }

  /** Bytes that wait. */
  async size(): Promise<number> {
    let bytes = 0
    for (const seq of await this.waiting()) bytes += (await stat(join(this.#path(seq), "media"))).size
    return bytes
  }

  /** Whether so many bytes more would be too many. */
  async isFull(more: number): Promise<boolean> {
    return (await this.size()) + more > this.#maxBytes
  }

  /** Adds what was sealed for {@link position}; it is on disk when this resolves. */
  async add(sealed: SealedCapture): Promise<number> {
    const { seq } = this.position
    const path = this.#path(seq)
    const { captureId, recordHash } = sealed
    const parts = Object.fromEntries(partNames.map((name) => [name, toBase64Url(sealed[name])]))
    await rm(`${path}.new`, { recursive: true, force: true })
    await mkdir(`${path}.new`, { mode: 0o700 })
    await writeDurable(join(`${path}.new`, "media"), sealed.media)
    await writeDurable(join(`${path}.new`, "parts.json"), JSON.stringify({ captureId, recordHash, ...parts }))
    await syncFolder(`${path}.new`)
    await rename(`${path}.new`, path)
    await syncFolder(join(this.#folder, "items"))
    await this.#advance(seq, recordHash)
    return seq
  }

  /** Numbers of the items, oldest first. */
  async waiting(): Promise<readonly number[]> {
    const names = await readdir(join(this.#folder, "items"))
    return names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .toSorted((a, b) => a - b)
  }

  async read(seq: number): Promise<QueuedItem> {
    const path = this.#path(seq)
    const { captureId, recordHash, ...parts } = partsSchema.parse(
      JSON.parse(await readFile(join(path, "parts.json"), "utf8")),
    )
    const bytes = Object.fromEntries(partNames.map((name) => [name, fromBase64Url(parts[name])])) as Record<
      (typeof partNames)[number],
      Uint8Array
    >
    const media = new Uint8Array(await readFile(join(path, "media")))
    const upload = await readJson(join(path, "upload.json"))
    return {
      seq,
      sealed: { captureId, recordHash, media, ...bytes },
      upload: upload === undefined ? undefined : new URL(uploadSchema.parse(upload).url),
    }
  }

  /** Remembers, or forgets, where an item is being uploaded to. */
  async setUpload(seq: number, url: URL | undefined): Promise<void> {
    const path = join(this.#path(seq), "upload.json")
    if (url) await replaceDurable(path, JSON.stringify({ url: url.href }))
    else await rm(path, { force: true })
  }

  /** Drops an item that the server has. */
  async remove(seq: number): Promise<void> {
    await rename(this.#path(seq), `${this.#path(seq)}.done`)
    await rm(`${this.#path(seq)}.done`, { recursive: true, force: true })
  }

  /** Keeps an item that the server will never take, apart from those that wait: `<seq>.refused`. */
  async setAside(seq: number): Promise<void> {
    await rename(this.#path(seq), `${this.#path(seq)}.refused`)
    await syncFolder(join(this.#folder, "items"))
  }

  async #advance(seq: number, recordHash: string): Promise<void> {
    this.#sequence = { seq, prevHash: recordHash, skipped: [] }
    await replaceDurable(join(this.#folder, "sequence.json"), JSON.stringify(this.#sequence))
  }

  #path(seq: number): string {
    return join(this.#folder, "items", String(seq))
  }
}

async function readSequence(folder: string): Promise<Sequence> {
  const value = await readJson(join(folder, "sequence.json"))
  return value === undefined ? { seq: 0, prevHash: noHash, skipped: [] } : sequenceSchema.parse(value)
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"))
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}
