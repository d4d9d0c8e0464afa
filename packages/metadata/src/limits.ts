/** How much one file may ask for: bytes and counts, never clocks. */
export interface Limits {
  /** Parts of a file (segments, chunks, boxes) that are told apart; above it, neighbours of one name become one. */
  readonly maxParts: number
  /** Boxes within boxes, directories within directories. */
  readonly maxDepth: number
  /** Bytes that one compressed text or profile may inflate to. */
  readonly maxInflatedBytes: number
  /** Bytes that all compressed parts of a file may inflate to together. */
  readonly maxInflatedBytesPerFile: number
  /** Bytes of XMP, main and extended together. */
  readonly maxXmpBytes: number
  /** Entries of one EXIF directory. */
  readonly maxDirectoryEntries: number
  /** Numbers of all EXIF values together. */
  readonly maxValues: number
  /** Items of a HEIC or AVIF file, and extents of all of them together. */
  readonly maxItems: number
  /** Bytes of a Blob that are brought into memory at once. Of a larger one only the beginning is read. */
  readonly maxBlobBytes: number
}

export const defaultLimits: Limits = {
  maxParts: 4096,
  maxDepth: 16,
  maxInflatedBytes: 1 << 20,
  maxInflatedBytesPerFile: 8 << 20,
  maxXmpBytes: 2 << 20,
  maxDirectoryEntries: 1024,
  maxValues: 1 << 16,
  maxItems: 4096,
  maxBlobBytes: 256 << 20,
}

/** @throws RangeError when a limit is no non-negative integer. */
export function limitsWith(overrides: Partial<Limits> | undefined, defaults: Limits = defaultLimits): Limits {
  if (overrides === undefined) return defaults
  const limits = { ...defaults, ...overrides }
  for (const [name, value] of Object.entries(limits))
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Cannot use limits: ${name} is no count`)
  return limits
}
