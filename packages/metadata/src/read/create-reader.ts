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
 * A reader of the given formats alone, so that a bundle holds no others. `readMetadata` is one of all.
 *
 * @example
 * ```ts
 * const readPhoto = createReader([jpegReader, pngReader])
 * const gif = new TextEncoder().encode("GIF89a")
 * await assert.rejects(readPhoto(gif), { code: "METADATA_UNKNOWN_FORMAT" })
 * ```
 */
export function createReader(readers: readonly FormatReader[]): MetadataReader {
  return (source, options = {}) => read(readers, source, options)
}

/** What is looked at first of a Blob: the EXIF of nearly every photo lies within. */
const beginning = 128 << 10

async function read(
  readers: readonly FormatReader[],
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
    const { format, reader } = choose(readers, source, formats)
    return readWalked(format, reader, source, walkWith(reader, source, limits), context)
  }
  const first = await load(source, Math.min(beginning, limits.maxBlobBytes), signal)
  const { format, reader } = choose(readers, first, formats)
  const walk = walkWith(reader, first, limits)
  if (first.length === source.size || reader.enough(first, walk, context))
    return readWalked(format, reader, first, walk, context)
  const rest = source.size > limits.maxBlobBytes ? first : await load(source, source.size, signal)
  const found = await readWalked(format, reader, rest, walkWith(reader, rest, limits), context)
  return rest.length === source.size
    ? found
    : { ...found, issues: [...found.issues, { code: "too-large", where: "file" }] }
}

function choose(
  readers: readonly FormatReader[],
  bytes: Uint8Array,
  formats: readonly FormatName[] | undefined,
): { readonly format: FormatName; readonly reader: FormatReader } {
  const format = detectFormat(bytes)
  const reader = format === undefined ? undefined : readers.find(({ names }) => names.includes(format))
  if (format === undefined || reader === undefined || formats?.includes(format) === false)
    throw new MetadataError("METADATA_UNKNOWN_FORMAT", "Cannot read metadata: the bytes begin like no format asked for")
  return { format, reader }
}

/** A walk that met its limit still holds what came before. */
function walkWith(reader: FormatReader, bytes: Uint8Array, limits: Limits): Walk {
  try {
    return reader.walk(bytes, limits)
  } catch (error) {
    if (error instanceof MetadataError && error.cause instanceof PartList) return error.cause
    throw error
  }
}

async function readWalked(
  format: FormatName,
  reader: FormatReader,
  bytes: Uint8Array,
  walk: Walk,
  context: ReadContext,
): Promise<ImageMetadata> {
  return assemble(format, bytes.length, await reader.read(bytes, walk, context), context)
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
