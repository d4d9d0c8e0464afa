/** Bytes that can be read anywhere: a file, a Blob, an HTTP resource with ranges. */
export interface RandomAccessSource {
  /** In bytes. */
  readonly size: number
  /**
   * Reads exactly `length` bytes from `offset`; both lie within the source.
   * @returns a fresh array, or a view that nobody changes.
   */
  read(offset: number, length: number, options: { signal?: AbortSignal | undefined }): Promise<Uint8Array>
}

/** The part of a Node FileHandle that a source needs. */
export interface FileHandleLike {
  stat(): Promise<{ readonly size: number }>
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>
}

export function blobSource(blob: Blob): RandomAccessSource {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  }
}

export function bytesSource(bytes: Uint8Array): RandomAccessSource {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) }
}

/** A source over an open file. Closing it stays the caller's. */
export async function fileHandleSource(handle: FileHandleLike): Promise<RandomAccessSource> {
  const { size } = await handle.stat()
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length)
      let filled = 0
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return bytes.subarray(0, filled)
    },
  }
}
