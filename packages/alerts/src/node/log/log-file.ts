import type { BigIntStats } from "node:fs"
import { open, type FileHandle } from "node:fs/promises"

/** Where a reader is in one file: what it needs to go on there, also after a restart. */
export interface LogPosition {
  readonly device: string
  readonly inode: string
  /** Bytes read: up to the end of the last whole line. */
  readonly offset: number
  /** The file's first bytes, at most 64, in base64: another file in its place has others. */
  readonly head: string
}

const headBytes = 64
const chunkBytes = 65_536

/** One open file, read line by line as it grows. */
export class LogFile {
  readonly #handle: FileHandle
  readonly #device: string
  readonly #inode: string
  readonly #maxLineBytes: number
  #head: Buffer = Buffer.alloc(0)
  #offset = 0
  /** Read, but not yet a whole line. */
  #rest: Buffer = Buffer.alloc(0)
  #isSkipping = false

  private constructor(handle: FileHandle, stats: BigIntStats, maxLineBytes: number) {
    this.#handle = handle
    this.#device = String(stats.dev)
    this.#inode = String(stats.ino)
    this.#maxLineBytes = maxLineBytes
  }

  /** @returns `undefined` where there is no such file. */
  static async open(path: string, maxLineBytes: number): Promise<LogFile | undefined> {
    try {
      const handle = await open(path, "r")
      const file = new LogFile(handle, await handle.stat({ bigint: true }), maxLineBytes)
      file.#head = await file.#readHead()
      return file
    } catch (error) {
      // Between two files of a rotation there may be none.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
      throw error
    }
  }

  get position(): LogPosition {
    return { device: this.#device, inode: this.#inode, offset: this.#offset, head: this.#head.toString("base64") }
  }

  isSame({ dev, ino }: BigIntStats): boolean {
    return this.#device === String(dev) && this.#inode === String(ino)
  }

  /** Whether a position was taken in this very file, with the content that it had. */
  async continues({ device, inode, head, offset }: LogPosition): Promise<boolean> {
    if (device !== this.#device || inode !== this.#inode) return false
    const known = Buffer.from(head, "base64")
    return this.#head.subarray(0, known.length).equals(known) && (await this.#size()) >= offset
  }

  seek(offset: number): void {
    this.#offset = offset
    this.#rest = Buffer.alloc(0)
  }

  async seekToEnd(): Promise<void> {
    this.seek(await this.#size())
  }

  /** The whole lines that were added since. A file that was emptied is read from its beginning. */
  async *lines(): AsyncGenerator<string> {
    await this.#noticeTruncation()
    const chunk = Buffer.alloc(chunkBytes)
    for (;;) {
      const from = this.#offset + this.#rest.length
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, from)
      if (bytesRead === 0) return
      this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, bytesRead)])
      yield* this.#wholeLines()
    }
  }

  /** What stands behind the last line's end, when nothing will be added any more. */
  lastLine(): string | undefined {
    if (this.#rest.length === 0) return undefined
    const line = this.#rest.toString()
    this.#offset += this.#rest.length
    this.#rest = Buffer.alloc(0)
    return line
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  *#wholeLines(): Generator<string> {
    for (let end = this.#rest.indexOf(10); end >= 0; end = this.#rest.indexOf(10)) {
      // Bytes are split, not text: a character may lie across two reads.
      const line = this.#rest.subarray(0, end)
      this.#rest = this.#rest.subarray(end + 1)
      this.#offset += end + 1
      if (!this.#isSkipping) yield line.toString()
      this.#isSkipping = false
    }
    if (this.#rest.length <= this.#maxLineBytes) return
    if (!this.#isSkipping) yield this.#rest.subarray(0, this.#maxLineBytes).toString()
    // The rest of an endless line is passed over.
    this.#isSkipping = true
    this.#offset += this.#rest.length
    this.#rest = Buffer.alloc(0)
  }

  async #noticeTruncation(): Promise<void> {
    const head = await this.#readHead()
    const isShorter = (await this.#size()) < this.#offset + this.#rest.length
    // A file that was emptied and grew past the old size at once is known by its first bytes.
    const isOther = !head.subarray(0, this.#head.length).equals(this.#head)
    if (isShorter || isOther) this.seek(0)
    this.#head = head
  }

  async #readHead(): Promise<Buffer> {
    const head = Buffer.alloc(headBytes)
    const { bytesRead } = await this.#handle.read(head, 0, headBytes, 0)
    return head.subarray(0, bytesRead)
  }

  async #size(): Promise<number> {
    return (await this.#handle.stat()).size
  }
}
