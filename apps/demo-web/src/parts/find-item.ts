import type { LibraryItem, LibraryService } from "../library/library-service.ts"

/** Looks a capture up page by page, newest first. `undefined` when the list ends without it. */
export async function findItem(
  library: LibraryService,
  captureId: string,
  signal: AbortSignal,
): Promise<LibraryItem | undefined> {
  let cursor: string | undefined
  do {
    const page = await library.list({ cursor, signal })
    const found = page.items.find((item) => item.captureId === captureId)
    if (found !== undefined) return found
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return undefined
}
