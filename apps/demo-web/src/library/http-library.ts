import {
  CaptureError,
  makeThumbnail,
  openCapture,
  openTombstone,
  signTombstone,
  type CaptureInput,
  type OpenedCapture,
  type Photo,
} from "@darkslide/capture"
import type { StoredSegment } from "@darkslide/capture/record"
import { chunkCount, equalConstantTime, sealedPayloadBytes, splitFile, toBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
// By its own name: linters take `z.catch` for a promise's, and a destructured `z` brings all of its languages.
import { catch as orElse } from "zod/mini"
import type { AbortableOptions } from "../account/account-service.ts"
import type { BrowserMemory } from "../account/browser-memory.ts"
import type { HttpAccount, UnlockedSession } from "../account/http-account.ts"
import type { Api } from "../http/api.ts"
import { ServerError } from "../http/server-error.ts"
import type { ClipPlayer } from "../playback/clip-player.ts"
import type { CaptureUploads } from "../queue/capture-uploads.ts"
import { capture as captureMessage, capturePage, tombstonePage, type CaptureMessage } from "./capture-messages.ts"
import type {
  ClipToSave,
  DeletionsPage,
  JoinedRecording,
  LibraryItem,
  LibraryPage,
  LibraryService,
  PlayingClip,
  PlayOptions,
  QueuedSave,
  SaveClipOptions,
  SavedCapture,
  SaveOptions,
  TransferOptions,
} from "./library-service.ts"

export interface HttpLibraryOptions {
  readonly api: Api
  readonly account: HttpAccount
  readonly memory: BrowserMemory
  /** What was taken here and is not on the server yet. */
  readonly uploads: CaptureUploads
  /** Plays clips while they are fetched; absent: they are fetched whole. */
  readonly player?: Pick<ClipPlayer, "open"> | undefined
  /** Default {@link makeThumbnail}: needs a canvas. */
  readonly thumbnailOf?: ((picture: Blob) => Promise<Blob>) | undefined
}

interface VerifiedCapture {
  readonly header: Uint8Array
  readonly opened: OpenedCapture
}

/** What this app notes in a capture's private part. Other devices may note other things. */
const detailsSchema = z.object({ durationSeconds: orElse(z.optional(z.number().check(z.positive())), undefined) })

const maxThumbnailBytes = 1 << 20

/** The captures over HTTP: nothing leaves here that was not verified. */
export class HttpLibrary implements LibraryService {
  readonly #options: HttpLibraryOptions
  /** What was verified in this page, by capture id. */
  readonly #verified = new Map<string, VerifiedCapture>()
  /** Record hashes of what was sealed in this page, by capture id. */
  readonly #sealed = new Map<string, string>()

  constructor(options: HttpLibraryOptions) {
    this.#options = options
  }

  async list(options: AbortableOptions & { readonly cursor?: string | undefined } = {}): Promise<LibraryPage> {
    const waiting = options.cursor === undefined ? await this.#waiting() : []
    try {
      const { items, next } = await this.#listed(options)
      const arrived = new Set(items.map(({ captureId }) => captureId))
      return { items: [...waiting.filter(({ captureId }) => !arrived.has(captureId)), ...items], next }
    } catch (error) {
      // Out of reach of the server, what was taken here can still be looked at.
      if (waiting.length === 0 || !isOffline(error)) throw error
      return { items: waiting, next: null }
    }
  }

  async item(captureId: string, options: AbortableOptions = {}): Promise<LibraryItem> {
    return await itemOf(captureId, () => this.#find(captureId, options))
  }

  async thumbnail(captureId: string, options: AbortableOptions = {}): Promise<Blob> {
    const { opened } = await this.#find(captureId, options)
    const queued = await this.#options.uploads.find(captureId)
    const sealed =
      queued?.thumbnail ??
      (await this.#options.api.bytes(`/v1/captures/${captureId}/thumbnail`, {
        ...options,
        maxBytes: maxThumbnailBytes,
      }))
    return new Blob([(await opened.openThumbnail(sealed)).slice()], { type: "image/jpeg" })
  }

  async media(captureId: string, options: TransferOptions = {}): Promise<Blob> {
    const { opened } = await this.#find(captureId, options)
    const [queued, kept] = await Promise.all([
      this.#options.uploads.find(captureId),
      this.#options.uploads.media(captureId),
    ])
    const sealed = kept ?? (await this.#download(`/v1/captures/${captureId}/media`, sealedSize(opened), options))
    const media = await opened.openMedia(sealed, queued?.chunks ?? (await this.#chunks(captureId, opened, options)))
    return new Blob([media.slice()], { type: opened.record.mediaType })
  }

  async play(captureId: string, options: PlayOptions = {}): Promise<PlayingClip> {
    const { api, player } = this.#options
    const { opened } = await this.#find(captureId, options)
    const { signal, onRefused = () => undefined } = options
    const isHere = (await this.#options.uploads.find(captureId)) !== undefined
    const playing = isHere ? undefined : await player?.open(opened.mediaAccess, { headers: api.headers, onRefused })
    if (signal?.aborted) playing?.close()
    signal?.throwIfAborted()
    if (playing) return playing
    const url = URL.createObjectURL(await this.media(captureId, options))
    return { url, close: () => URL.revokeObjectURL(url) }
  }

  async joinRecording(captureId: string, options: SaveOptions = {}): Promise<JoinedRecording> {
    const { opened } = await this.#find(captureId, options)
    const id = opened.record.clip?.id
    const segments: (StoredSegment & { readonly captureId: string; readonly createdAt: number })[] = []
    for (let cursor: string | null | undefined; id !== undefined && cursor !== null;) {
      const page: LibraryPage = await this.list({ signal: options.signal, cursor })
      for (const item of page.items) {
        if (item.refused !== undefined || item.clip?.id !== id) continue
        const { clip, createdAt } = item
        segments.push({
          blob: await this.media(item.captureId, { signal: options.signal }),
          clip,
          createdAt,
          captureId: item.captureId,
        })
      }
      cursor = page.next
    }
    const { joinSegments } = await import("@darkslide/capture/record")
    const { blob, series, durationSeconds } = await joinSegments(segments)
    const first = segments.toSorted((one, other) => one.clip.index - other.clip.index)[0]!
    const thumbnail = await this.thumbnail(first.captureId, { signal: options.signal })
    const saved = await this.saveClip(
      { blob, thumbnail, startedAt: first.createdAt, durationSeconds },
      { ...options, replaces: segments.map((segment) => segment.captureId) },
    )
    return { saved, series }
  }

  async exportSealed(captureId: string, options: TransferOptions = {}): Promise<Blob> {
    const { header, opened } = await this.#find(captureId, options)
    const [queued, kept] = await Promise.all([
      this.#options.uploads.find(captureId),
      this.#options.uploads.media(captureId),
    ])
    if (queued && kept) {
      await opened.openMedia(kept, queued.chunks)
      return new Blob([header.slice(), kept], { type: "application/octet-stream" })
    }
    const totalBytes = header.length + sealedSize(opened)
    const file = await this.#download(`/v1/captures/${captureId}/export`, totalBytes, options)
    const parts = splitExport(file)
    if (!equalConstantTime(parts.header, header))
      throw new CaptureError("CAPTURE_MEDIA_INVALID", "Cannot export capture: its header is not the verified one")
    await opened.openMedia(parts.payload, await this.#chunks(captureId, opened, options))
    return new Blob([file], { type: "application/octet-stream" })
  }

  async save(photo: Photo, options: SaveOptions = {}): Promise<SavedCapture> {
    const { thumbnailOf = makeThumbnail } = this.#options
    const { blob, takenAt: createdAt } = photo
    return await this.#save(async () => {
      const [media, thumbnail] = await Promise.all([bytesOf(blob), thumbnailOf(blob).then(bytesOf)])
      return { media, thumbnail, mediaType: blob.type, kind: "photo", createdAt }
    }, options)
  }

  async saveClip(clip: ClipToSave, options: SaveClipOptions = {}): Promise<SavedCapture> {
    const { blob, startedAt, durationSeconds, clip: place } = clip
    const details = durationSeconds === undefined ? {} : { durationSeconds }
    return await this.#save(async () => {
      const [media, thumbnail] = await Promise.all([bytesOf(blob), bytesOf(clip.thumbnail)])
      const facts = { mediaType: blob.type, kind: "clip", createdAt: Math.round(startedAt), clip: place } as const
      return { media, thumbnail, details, ...facts }
    }, options)
  }

  async saveInput(input: CaptureInput, options: SaveOptions = {}): Promise<QueuedSave> {
    const captureId = await this.#queue(async () => input, options)
    return { captureId, sent: this.#options.uploads.sent(captureId, options) }
  }

  async #save(read: () => Promise<CaptureInput>, options: SaveClipOptions): Promise<SavedCapture> {
    const captureId = await this.#queue(read, options)
    if (options.until === "queued") return { captureId, state: "waiting" }
    return { captureId, state: await this.#options.uploads.sent(captureId, options) }
  }

  /** Seals and stores. @returns its captureId. */
  async #queue(read: () => Promise<CaptureInput>, options: SaveClipOptions): Promise<string> {
    const { signal } = options
    const session = await this.#options.account.sealing()
    options.onProgress?.({ step: "sealing" })
    const replaces = (options.replaces ?? []).map((captureId) => this.#known(captureId))
    const { captureId, recordHash } = await this.#options.uploads.add(await read(), session, { signal, replaces })
    this.#sealed.set(captureId, recordHash)
    for (const replaced of replaces) this.#verified.delete(replaced.captureId)
    return captureId
  }

  async details(captureId: string, options: AbortableOptions = {}): Promise<Readonly<Record<string, unknown>>> {
    const { opened } = await this.#find(captureId, options)
    return opened.private.details
  }

  async delete(captureId: string, options: AbortableOptions = {}): Promise<void> {
    const { opened } = await this.#find(captureId, options)
    const isHere = (await this.#options.uploads.find(captureId)) !== undefined
    if (isHere) await this.#options.uploads.remove(captureId)
    const { device } = this.#options.account.unlocked()
    const target = { captureId, recordHash: opened.seen.recordHash }
    const tombstone = await signTombstone(target, { device, at: Date.now() })
    const body = { tombstone: toBase64Url(tombstone) }
    await this.#options.api
      .send("DELETE", `/v1/captures/${captureId}`, { ...options, body })
      .catch((error: unknown) => {
        // What was only here is gone already. The server is told where it can be: a commit may have got through.
        if (!isHere || !isOffline(error)) throw error
      })
    this.#verified.delete(captureId)
    await this.#options.memory.forgetCapture(captureId)
  }

  async deletions(options: AbortableOptions & { readonly cursor?: string | undefined } = {}): Promise<DeletionsPage> {
    const { account } = await this.#options.account.refresh(options)
    const path = `/v1/tombstones${cursorQuery(options.cursor)}`
    const { tombstones, next } = await this.#options.api.json(tombstonePage, "GET", path, options)
    return { captureIds: tombstones.map(({ tombstone }) => openTombstone(tombstone, account.state).captureId), next }
  }

  /** What a tombstone names. @throws ServerError `CAPTURE_NOT_FOUND` for what this page neither sealed nor opened. */
  #known(captureId: string): { readonly captureId: string; readonly recordHash: string } {
    const recordHash = this.#verified.get(captureId)?.opened.seen.recordHash ?? this.#sealed.get(captureId)
    if (recordHash === undefined) throw new ServerError("CAPTURE_NOT_FOUND", "Nothing is known of this capture here")
    return { captureId, recordHash }
  }

  async #listed(options: AbortableOptions & { readonly cursor?: string | undefined }): Promise<LibraryPage> {
    const session = await this.#options.account.refresh(options)
    const path = `/v1/captures${cursorQuery(options.cursor)}`
    const page = await this.#options.api.json(capturePage, "GET", path, options)
    const verifying = page.captures.map((message) =>
      itemOf(message.captureId, () => this.#verify(message.captureId, message, session)),
    )
    return { items: await Promise.all(verifying), next: page.next }
  }

  async #waiting(): Promise<readonly LibraryItem[]> {
    const ids = await this.#options.uploads.waiting()
    const found = await Promise.all(
      ids.map((captureId) => itemOf(captureId, async () => await this.#find(captureId, {})).then(waits)),
    )
    return found
  }

  async #find(captureId: string, options: AbortableOptions): Promise<VerifiedCapture> {
    const known = this.#verified.get(captureId)
    if (known) return known
    const queued = await this.#options.uploads.find(captureId)
    if (queued) return await this.#verify(captureId, queued, this.#options.account.unlocked())
    const session = await this.#options.account.refresh(options)
    const message = await this.#options.api.json(captureMessage, "GET", `/v1/captures/${captureId}`, options)
    return await this.#verify(captureId, message, session)
  }

  /** @param captureId - The id that was asked for, not the one that the message claims. */
  async #verify(captureId: string, message: CaptureMessage, session: UnlockedSession): Promise<VerifiedCapture> {
    const { memory } = this.#options
    const opened = await openCapture(message, {
      with: session.account.identity,
      state: session.account.state,
      captureId,
      seen: await memory.seenCapture(captureId),
    })
    const verified = { header: message.header, opened }
    this.#verified.set(captureId, verified)
    await memory.rememberCapture(captureId, opened.seen)
    return verified
  }

  async #chunks(captureId: string, opened: OpenedCapture, options: AbortableOptions): Promise<Uint8Array> {
    const maxBytes = 32 * chunkCount(sealedSize(opened))
    return await this.#options.api.bytes(`/v1/captures/${captureId}/chunks`, { ...options, maxBytes })
  }

  async #download(path: string, totalBytes: number, options: TransferOptions): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#options.api.bytes(path, {
      // Some more than belongs there: what a server appended is then refused by the checks of its content.
      maxBytes: totalBytes + 1024,
      signal: options.signal,
      onBytes: (bytes) => options.onProgress?.({ bytes, totalBytes }),
    })
  }
}

/** What fails its checks is an item too: the rest of the library still works. */
async function itemOf(captureId: string, verify: () => Promise<VerifiedCapture>): Promise<LibraryItem> {
  try {
    const { opened } = await verify()
    const { kind, clip, createdAt, mediaType, mediaBytes, deviceId } = opened.record
    const { durationSeconds } = detailsSchema.parse(opened.private.details)
    return { captureId, kind, clip, createdAt, mediaType, mediaBytes, deviceId, durationSeconds }
  } catch (error) {
    if (error instanceof CaptureError) return { captureId, refused: error.code }
    throw error
  }
}

function cursorQuery(cursor: string | undefined): string {
  return cursor === undefined ? "" : `?${new URLSearchParams({ cursor }).toString()}`
}

function isOffline(error: unknown): boolean {
  return error instanceof ServerError && error.code === "OFFLINE"
}

function waits(item: LibraryItem): LibraryItem {
  return item.refused === undefined ? { ...item, isWaiting: true } : item
}

function sealedSize(opened: OpenedCapture): number {
  return sealedPayloadBytes(opened.record.mediaBytes)
}

function splitExport(file: Uint8Array): { header: Uint8Array; payload: Uint8Array } {
  try {
    return splitFile(file)
  } catch (cause) {
    throw new CaptureError("CAPTURE_MEDIA_INVALID", "Cannot export capture: the server sent no age file", { cause })
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer())
}
