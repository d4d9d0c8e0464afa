import type { AbortableOptions } from "../account/account-service.ts"
import type { Photo } from "@darkslide/capture"

/** The account's captures, opened and verified in this page. Implemented in `http-library.ts`. */
export interface LibraryService {
  /** One page of captures, newest first. One that fails its checks is an item with `refused`; the rest still work. */
  list(options?: AbortableOptions & { readonly cursor?: string | undefined }): Promise<LibraryPage>
  /** One capture by its id. Rejects with a `ServerError` `CAPTURE_NOT_FOUND` or `CAPTURE_DELETED` where there is none. */
  item(captureId: string, options?: AbortableOptions): Promise<LibraryItem>
  /** The decrypted 320-pixel JPEG. Rejects with a `CaptureError` such as `CAPTURE_THUMBNAIL_INVALID`. */
  thumbnail(captureId: string, options?: AbortableOptions): Promise<Blob>
  /** The decrypted picture, only after every byte of it was verified. */
  media(captureId: string, options?: TransferOptions): Promise<Blob>
  /** The capture as one age file, as it lies on the server: `age -d` opens it. */
  exportSealed(captureId: string, options?: TransferOptions): Promise<Blob>
  /**
   * Seals in this page and queues, which a crash or a reload does not undo; then uploads and commits. Resolves when the
   * server has it on disk, or, where that must wait, as soon as it is queued: it goes out by itself later.
   */
  save(photo: Photo, options?: SaveOptions): Promise<SavedCapture>
  delete(captureId: string, options?: AbortableOptions): Promise<void>
}

export interface SavedCapture {
  readonly captureId: string
  /** `waiting`: sealed on this device, not on the server yet. */
  readonly state: "saved" | "waiting"
}

export interface LibraryPage {
  readonly items: readonly LibraryItem[]
  readonly next: string | null
}

export type LibraryItem =
  | {
      readonly captureId: string
      readonly refused?: undefined
      readonly createdAt: number
      readonly mediaType: string
      readonly mediaBytes: number
      readonly deviceId: string
      /** It is on this device only, and waits for its upload. */
      readonly isWaiting?: boolean | undefined
    }
  | {
      readonly captureId: string
      /** An error code such as `CAPTURE_RECORD_INVALID`; its words are in `strings.ts`. */
      readonly refused: string
    }

export interface TransferOptions extends AbortableOptions {
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

export interface TransferProgress {
  readonly bytes: number
  readonly totalBytes: number
}

export interface SaveOptions extends AbortableOptions {
  readonly onProgress?: ((progress: SaveProgress) => void) | undefined
}

export type SaveProgress =
  | { readonly step: "sealing" }
  | ({ readonly step: "uploading" } & TransferProgress)
  | { readonly step: "committing" }
