import { u16, u16le } from "../bytes.ts"
import type { Directories, Directory } from "../walk/directories.ts"
import type { Extent } from "../walk/items.ts"
import type { TagChange } from "./exif-changes.ts"
import { encodeValue, type EncodedValue } from "./exif-value.ts"

/** One entry as it will stand: the twelve bytes of the old one, or a new value. */
interface PlannedEntry {
  readonly tag: number
  readonly old: Uint8Array | undefined
  readonly value: EncodedValue | undefined
  /** Where the value stood, when it stood outside the entry. */
  readonly room: Extent | undefined
}

/** One directory as it will stand. */
interface PlannedDirectory {
  readonly name: TagChange["directory"] | "thumbnail"
  /** `undefined` for a directory that is new. */
  readonly offset: number | undefined
  /** The offset of the next directory, as the file holds it. */
  readonly next: Uint8Array
  entries: PlannedEntry[]
  changed: boolean
}

export const pointerTags = { photo: 0x8769, gps: 0x8825 } as const

/** The directories of an EXIF block that can be changed, and what is to become of them. */
export class ExifPlan {
  /** The image's own first. */
  readonly directories: PlannedDirectory[] = []
  /** `directory/tag` of what was meant by a change. */
  readonly touched: Set<string> = new Set()
  readonly #block: Uint8Array
  readonly #walked: Directories

  /** @param walked - Of the block, found sound. */
  constructor(block: Uint8Array, walked: Directories) {
    this.#block = block
    this.#walked = walked
    for (const name of ["image", "photo", "gps", "thumbnail"] as const) {
      const found = walked.directories.find((directory) => directory.name === name)
      if (found !== undefined) this.directories.push(planOf(block, name, found, walked.littleEndian))
    }
  }

  get changed(): boolean {
    return this.directories.some(({ changed }) => changed)
  }

  /** Sets a tag in its directory, and wherever else it stands: in the wrong one, or repeated with the thumbnail. */
  apply({ directory, tag, value, twin, unless }: TagChange): void {
    const encoded = value === null ? undefined : encodeValue(value, this.#walked.littleEndian)
    let found = false
    for (const plan of this.directories) {
      // Numbers of GPS mean something else elsewhere, and a thumbnail is turned by itself.
      if ((plan.name === "gps") !== (directory === "gps") || (plan.name === "thumbnail" && tag === 0x0112)) continue
      const at = plan.entries.findIndex((entry) => entry.tag === tag)
      const old = plan.entries[at]
      if (old === undefined) continue
      found ||= plan.name === directory
      this.touched.add(`${plan.name}/${tag}`)
      if (encoded !== undefined && this.#says(plan, tag, encoded, unless)) continue
      plan.changed = true
      plan.entries =
        encoded === undefined
          ? plan.entries.filter((entry) => entry.tag !== tag)
          : plan.entries.with(at, { ...old, value: encoded })
    }
    if (!found && encoded !== undefined && twin !== true) this.#add(directory, tag, encoded)
  }

  /** Takes the directory of GPS out. */
  dropGps(): void {
    const image = this.#image()
    if (!image.entries.some(({ tag }) => tag === pointerTags.gps)) return
    image.entries = image.entries.filter(({ tag }) => tag !== pointerTags.gps)
    image.changed = true
    this.touched.add("gps")
    const gps = this.directories.findIndex(({ name }) => name === "gps")
    if (gps !== -1) this.directories.splice(gps, 1)
  }

  #add(name: TagChange["directory"], tag: number, value: EncodedValue): void {
    let plan = this.directories.find((directory) => directory.name === name)
    if (plan === undefined) {
      plan = { name, offset: undefined, next: new Uint8Array(4), entries: [], changed: true }
      this.directories.push(plan)
      const long = encodeValue({ type: "long", value: 0 }, this.#walked.littleEndian)
      const image = this.#image()
      const pointer = name === "photo" ? pointerTags.photo : pointerTags.gps
      // One that led nowhere is replaced.
      image.entries = image.entries.filter((entry) => entry.tag !== pointer)
      insert(image, pointer, long)
      // Exif 3.0 sections 4.6.6 and 4.6.7: it begins with the version of its rules.
      this.touched.add(name)
      if (name === "photo") insert(plan, 0x9000, { type: 7, count: 4, bytes: Uint8Array.of(0x30, 0x32, 0x33, 0x32) })
      else insert(plan, 0, { type: 1, count: 4, bytes: Uint8Array.of(2, 3, 0, 0) })
    }
    this.touched.add(`${name}/${tag}`)
    insert(plan, tag, value)
  }

  #image(): PlannedDirectory {
    const [image] = this.directories
    if (image?.name !== "image") throw new TypeError("Cannot edit EXIF: the block was not found sound")
    return image
  }

  /** Whether it is there as it should be. */
  #says(plan: PlannedDirectory, tag: number, wanted: EncodedValue, unless: RegExp | undefined): boolean {
    const directory = this.#walked.directories.find(({ name }) => name === plan.name)
    const entry = directory?.entries.find((found) => found.tag === tag)
    if (entry === undefined) return false
    const value = this.#block.subarray(entry.valueOffset, entry.valueOffset + entry.valueLength)
    if (unless?.test(new TextDecoder().decode(value)) === true) return true
    const { type, bytes } = wanted
    return entry.type === type && value.length === bytes.length && value.every((byte, i) => byte === bytes[i])
  }
}

/** TIFF 6.0 section 2: in ascending order. A directory that is in none gets the entry before the first higher one. */
function insert(plan: PlannedDirectory, tag: number, value: EncodedValue): void {
  const before = plan.entries.findIndex((entry) => entry.tag > tag)
  const at = before === -1 ? plan.entries.length : before
  plan.entries = plan.entries.toSpliced(at, 0, { tag, old: undefined, value, room: undefined })
  plan.changed = true
}

function planOf(
  block: Uint8Array,
  name: PlannedDirectory["name"],
  { offset, entries }: Directory,
  littleEndian: boolean,
): PlannedDirectory {
  const read16 = littleEndian ? u16le : u16
  const count = read16(block, offset)
  const end = offset + 2 + count * 12
  const next = new Uint8Array(4)
  next.set(block.subarray(end, end + 4))
  const soundAt = new Map(entries.map((entry) => [entry.offset, entry]))
  const planned = Array.from({ length: count }, (_, i): PlannedEntry => {
    const at = offset + 2 + i * 12
    const sound = soundAt.get(at)
    return {
      tag: read16(block, at),
      old: block.subarray(at, at + 12),
      value: undefined,
      room:
        sound !== undefined && sound.valueLength > 4
          ? { offset: sound.valueOffset, length: sound.valueLength }
          : undefined,
    }
  })
  return { name, offset, next, entries: planned, changed: false }
}
