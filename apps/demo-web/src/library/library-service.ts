import type { AbortableOptions } from "../account/account-service.ts"
import type { CaptureInput, CaptureRecord, Photo } from "@darkslide/capture"

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
  /**
   * A clip for a `<video>`: opened where the player reads, or fetched whole where the browser has no service worker.
   * `onRefused` is told when what comes while it plays fails its checks.
   */
  play(captureId: string, options?: PlayOptions): Promise<PlayingClip>
  /**
   * The recording that a segment belongs to, joined here from all segments that the account has, and sealed anew as one
   * capture in their place. Rejects with a `CaptureError` `CAPTURE_SEGMENTS_INVALID` when one in between is missing.
   */
  joinRecording(captureId: string, options?: SaveOptions): Promise<JoinedRecording>
  /** The capture as one age file, as it lies on the server: `age -d` opens it. */
  exportSealed(captureId: string, options?: TransferOptions): Promise<Blob>
  /**
   * Seals in this page and queues, which a crash or a reload does not undo; then uploads and commits. Resolves when the
   * server has it on disk, or, where that must wait, as soon as it is queued: it goes out by itself later.
   */
  save(photo: Photo, options?: SaveOptions): Promise<SavedCapture>
  /** As `save`, for a clip or a segment of one. */
  saveClip(clip: ClipToSave, options?: SaveClipOptions): Promise<SavedCapture>
  /** As `save`, for whatever is ready to be sealed: resolves when it is queued, `sent` when it is on the server. */
  saveInput(input: CaptureInput, options?: SaveOptions): Promise<QueuedSave>
  /** What its owner alone knows of a capture: the `details` of its private part, as some device wrote them. */
  details(captureId: string, options?: AbortableOptions): Promise<Readonly<Record<string, unknown>>>
  delete(captureId: string, options?: AbortableOptions): Promise<void>
  /**
   * One page of what the account's devices deleted, oldest first, each by a tombstone that one of them signed. Rejects with
   * a `CaptureError` for one that none did.
   */
  deletions(options?: AbortableOptions & { readonly cursor?: string | undefined }): Promise<DeletionsPage>
}

export interface DeletionsPage {
  readonly captureIds: readonly string[]
  readonly next: string | null
}

export interface QueuedSave {
  readonly captureId: string
  /** As `SavedCapture.state`. Rejects when the server refuses it, or the signal aborts; it is then gone from here. */
  readonly sent: Promise<SavedCapture["state"]>
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
      readonly kind: CaptureRecord["kind"]
      /** Where it is one segment of a recording that was cut. */
      readonly clip?: CaptureRecord["clip"]
      readonly createdAt: number
      readonly mediaType: string
      readonly mediaBytes: number
      /** Of a clip, where its device noted it. */
      readonly durationSeconds?: number | undefined
      readonly deviceId: string
      /** It is on this device only, and waits for its upload. */
      readonly isWaiting?: boolean | undefined
    }
  | {
      readonly captureId: string
      /** An error code such as `CAPTURE_RECORD_INVALID`; its words are in `strings.ts`. */
      readonly refused: string
    }

/** A clip as a recorder gives it. */
export interface ClipToSave {
  /** Its type is `video/mp4` or `video/webm`. */
  readonly blob: Blob
  /** A JPEG. */
  readonly thumbnail: Blob
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationSeconds?: number | undefined
  readonly clip?: CaptureRecord["clip"]
}

export interface JoinedRecording {
  readonly saved: SavedCapture
  /** `cut`: the end never came. */
  readonly series: "whole" | "cut"
}

export interface PlayOptions extends TransferOptions {
  readonly onRefused?: ((error: Error) => void) | undefined
}

export interface PlayingClip {
  /** Good until `close`. */
  readonly url: string
  close(): void
}

export interface TransferOptions extends AbortableOptions {
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

export interface TransferProgress {
  readonly bytes: number
  readonly totalBytes: number
}

export interface SaveOptions extends AbortableOptions {
  /** When to resolve: `sent` (default), or as soon as it is `queued`, and survives. */
  readonly until?: "queued" | "sent" | undefined
  readonly onProgress?: ((progress: SaveProgress) => void) | undefined
}

export interface SaveClipOptions extends SaveOptions {
  /** Ids of segments that this clip takes the place of: they go once it is on the server. */
  readonly replaces?: readonly string[] | undefined
}

export type SaveProgress =
  | { readonly step: "sealing" }
  | ({ readonly step: "uploading" } & TransferProgress)
  | { readonly step: "committing" }
