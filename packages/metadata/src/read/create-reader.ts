import { detectFormat, type FormatName } from "../detect-format.ts"
import { MetadataError } from "../errors.ts"
import { limitsWith, type Limits } from "../limits.ts"
import { PartList, type Walk } from "../walk/part.ts"
import { assemble } from "./assemble.ts"
import type { Fact, ReadContext } from "./blocks.ts"
import type { FormatReader } from "./format-reader.ts"
import type { ImageMetadata } from "./image-metadata.ts"

/** How a file is read. */
export interface ReadOptions {
  /** Formats that may come; any other is `METADATA_UNKNOWN_FORMAT`. All that the reader knows by default. */
  readonly formats?: readonly FormatName[] | undefined
  /**
   * Groups of facts that are wanted; all by default. Format, dimensions and orientation always come as far as they are
   * found. Dates, location and the like come from the groups that are read. Without `hidden`, and with fewer groups, the
   * first bytes of a Blob are often enough.
   */
  readonly only?: readonly Fact[] | undefined
  readonly limits?: Partial<Limits> | undefined
  readonly signal?: AbortSignal | undefined
}

/** Reads one file. @see readMetadata */
export type MetadataReader = (source: Uint8Array | Blob, options?: ReadOptions) => Promise<ImageMetadata>

/**
 * A reader of the given formats alone, so that a bundle holds no others, and holds them from the beginning: for a service
 * worker, which may load no code later. `readMetadata` is one of all.
 *
 * @example
 * ```ts
 * const readPhoto = createReader([jpegReader, pngReader])
 * const gif = new TextEncoder().encode("GIF89a")
 * await assert.rejects(readPhoto(gif), { code: "METADATA_UNKNOWN_FORMAT" })
 * ```
 */
export function createReader(readers: readonly FormatReader[]): MetadataReader {
  return (source, options = {}) =>
    readWith((format) => readers.find(({ names }) => names.includes(format)), source, options)
}

/** Gives the reader of a format, at once where it can; `undefined` when it has none. */
export type FindReader = (format: FormatName) => FormatReader | Promise<FormatReader> | undefined

/** What is looked at first of a Blob: the EXIF of nearly every photo lies within. */
const beginning = 128 << 10

/** Reads one file with what `find` finds. */
export async function readWith(
  find: FindReader,
  source: Uint8Array | Blob,
  { formats, only, limits: overrides, signal }: ReadOptions,
): Promise<ImageMetadata> {
  const limits = limitsWith(overrides)
  signal?.throwIfAborted()
  const context: ReadContext = {
    limits,
    signal,
    wants: only === undefined ? () => true : (fact) => only.includes(fact),
  }
  if (source instanceof Uint8Array) {
    const { format, found } = choose(find, source, formats)
    const reader = found instanceof Promise ? await found : found
    return readWalked(format, reader, source, walkWith(reader, source, context), context)
  }
  const first = await load(source, Math.min(beginning, limits.maxBlobBytes), signal)
  const { format, found } = choose(find, first, formats)
  const reader = await found
  const walk = walkWith(reader, first, context)
  if (first.length === source.size || reader.enough(first, walk, context))
    return readWalked(format, reader, first, walk, context)
  const rest = source.size > limits.maxBlobBytes ? first : await load(source, source.size, signal)
  const metadata = await readWalked(format, reader, rest, walkWith(reader, rest, context), context)
  return rest.length === source.size
    ? metadata
    : { ...metadata, issues: [...metadata.issues, { code: "too-large", where: "file" }] }
}

function choose(
  find: FindReader,
  bytes: Uint8Array,
  formats: readonly FormatName[] | undefined,
): { readonly format: FormatName; readonly found: FormatReader | Promise<FormatReader> } {
  const format = detectFormat(bytes)
  const found = format === undefined || formats?.includes(format) === false ? undefined : find(format)
  if (format === undefined || found === undefined)
    throw new MetadataError("METADATA_UNKNOWN_FORMAT", "Cannot read metadata: the bytes begin like no format asked for")
  return { format, found }
}

/** A walk that met its limit still holds what came before. */
function walkWith(reader: FormatReader, bytes: Uint8Array, { limits, wants }: ReadContext): Walk {
  try {
    return reader.walk(bytes, limits, wants)
  } catch (error) {
    if (error instanceof MetadataError && error.cause instanceof PartList) return error.cause
    throw error
  }
}

function readWalked(
  format: FormatName,
  reader: FormatReader,
  bytes: Uint8Array,
  walk: Walk,
  context: ReadContext,
): ImageMetadata | Promise<ImageMetadata> {
  const blocks = reader.read(bytes, walk, context)
  return blocks instanceof Promise
    ? blocks.then((read) => assemble(format, bytes.length, read, context))
    : assemble(format, bytes.length, blocks, context)
}

async function load(source: Blob, length: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  let buffer: ArrayBuffer
  try {
    buffer = await source.slice(0, length).arrayBuffer()
  } catch (cause) {
    throw new MetadataError("METADATA_UNREADABLE", "Cannot read metadata: the Blob could not be read", { cause })
  }
  signal?.throwIfAborted()
  return new Uint8Array(buffer)
}
