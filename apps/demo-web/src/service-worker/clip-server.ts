import { openMediaAt, type MediaAccess } from "@darkslide/capture"
import {
  chunkCount,
  isDarkslideError,
  rangeResponse,
  sealedPayloadBytes,
  type OpenedFile,
  type RandomAccessSource,
} from "@darkslide/crypto"
import { Api } from "../http/api.ts"
import type { ClipKey } from "../playback/clip-messages.ts"

export interface ClipServerOptions {
  readonly base: URL
  readonly fetch: typeof fetch
  /** Asks the page for the key of a clip that it shows. `undefined`: it has none, or is gone. */
  readonly askForKey: (pageId: string, captureId: string) => Promise<ClipKey | undefined>
  /** Tells the page why its clip stopped, by an error code. */
  readonly refuse: (pageId: string, captureId: string, code: string) => void
}

interface OpenClip {
  readonly file: OpenedFile
  readonly mediaType: string
}

/** Clips that stay open at once. */
const maxOpen = 4

/**
 * Answers a player's requests for a sealed clip with its plaintext, range by range. Of the sealed media only the chunks
 * that are asked for are fetched, and nothing is given before it was verified. Each page gets only what it gave the key
 * for; when this worker was stopped in between, it is asked again.
 */
export class ClipServer {
  readonly #options: ClipServerOptions
  readonly #open = new Map<string, Promise<OpenClip | undefined>>()

  constructor(options: ClipServerOptions) {
    this.#options = options
  }

  async respond(request: Pick<Request, "headers" | "method">, pageId: string, captureId: string): Promise<Response> {
    try {
      const clip = await this.#find(pageId, captureId)
      if (!clip) return new Response(null, { status: 404 })
      const file = this.#watched(clip.file, pageId, captureId)
      return rangeResponse(file, request, { type: clip.mediaType })
    } catch (error) {
      this.#tell(error, pageId, captureId)
      return Response.error()
    }
  }

  /** Drops every key. */
  forget(): void {
    this.#open.clear()
  }

  async #find(pageId: string, captureId: string): Promise<OpenClip | undefined> {
    const name = `${pageId} ${captureId}`
    const known = this.#open.get(name)
    const opening = known ?? this.#openClip(pageId, captureId)
    this.#open.delete(name)
    this.#open.set(name, opening)
    for (const oldest of [...this.#open.keys()].slice(0, -maxOpen)) this.#open.delete(oldest)
    try {
      const clip = await opening
      if (!clip) this.#open.delete(name)
      return clip
    } catch (error) {
      this.#open.delete(name)
      throw error
    }
  }

  async #openClip(pageId: string, captureId: string): Promise<OpenClip | undefined> {
    const key = await this.#options.askForKey(pageId, captureId)
    if (key?.access.captureId !== captureId) return undefined
    const { base, fetch } = this.#options
    const api = new Api({ base, fetch })
    api.headers = key.headers
    const source = mediaSource(api, key.access)
    const maxBytes = 32 * chunkCount(source.size)
    const chunks = await api.bytes(`/v1/captures/${captureId}/chunks`, { maxBytes })
    return { file: await openMediaAt(source, key.access, chunks), mediaType: key.access.mediaType }
  }

  /** The same file; what goes wrong while the player reads is told to the page, for the player cannot say it. */
  #watched(file: OpenedFile, pageId: string, captureId: string): OpenedFile {
    return {
      ...file,
      stream: (range) => {
        const reader = file.stream(range).getReader()
        // A player that seeks away ends the read that was under way: that is no failure.
        let isLeft = false
        return new ReadableStream(
          {
            pull: async (controller) => {
              try {
                const { value, done } = await reader.read()
                if (done) controller.close()
                else controller.enqueue(value)
              } catch (error) {
                if (!isLeft) this.#tell(error, pageId, captureId)
                throw error
              }
            },
            async cancel(reason) {
              isLeft = true
              await reader.cancel(reason)
            },
          },
          { highWaterMark: 0 },
        )
      },
    }
  }

  #tell(error: unknown, pageId: string, captureId: string): void {
    this.#options.refuse(pageId, captureId, isDarkslideError(error) ? error.code : "UNEXPECTED")
  }
}

function mediaSource(api: Api, access: MediaAccess): RandomAccessSource {
  return {
    size: sealedPayloadBytes(access.mediaBytes),
    read: async (offset, length, { signal }) =>
      await api.range(`/v1/captures/${access.captureId}/media`, { offset, length, signal }),
  }
}
