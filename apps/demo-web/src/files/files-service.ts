import type { Cleaning } from "./file-details.ts"

/** Files that a person adds beside the camera. Implemented in `file-uploads.ts`. */
export interface FilesService {
  /** What goes on, and each change. */
  views(options: { readonly signal: AbortSignal }): AsyncIterable<FilesView>
  add(files: readonly File[], options: { readonly cleaning: Exclude<Cleaning, "redrawn"> }): void
  /** Takes a file that could not be cleaned as a new JPEG of its pixels. */
  redraw(id: number): void
  /** Stops one file, or all that are not on the server yet. What was queued is removed again. */
  cancel(id: number): void
  cancelAll(): void
  /** Forgets what came to its end. */
  clear(): void
}

export interface FilesView {
  readonly items: readonly FileItem[]
}

export type FileState =
  | "waiting"
  | "reading"
  | "uploading"
  /** Sealed in this browser; it is sent as soon as that works. */
  | "kept"
  | "done"
  /** It cannot be cleaned as it is. `redraw` takes its pixels alone. */
  | "offered"
  | "refused"
  | "cancelled"

export interface FileItem {
  readonly id: number
  readonly name: string
  readonly bytes: number
  readonly sentBytes: number
  readonly state: FileState
  /** Why it is `offered` or `refused`. */
  readonly error?: unknown
  readonly captureId?: string | undefined
}

export const noFiles: FilesView = { items: [] }

export function isOver({ state }: FileItem): boolean {
  return ["kept", "done", "refused", "cancelled"].includes(state)
}
