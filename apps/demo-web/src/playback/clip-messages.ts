import type { MediaAccess } from "@darkslide/capture"

/** What a page gives the service worker for one clip that it shows. A secret: kept in memory only, until the page locks. */
export interface ClipKey {
  readonly access: MediaAccess
  /** For the server, such as `Authorization` where no cookie travels. */
  readonly headers: Readonly<Record<string, string>>
}

/** From the service worker to the page that asks for a clip. A wanted key is answered on the port that comes along. */
export type ToPage =
  | { readonly type: "clip-key-wanted"; readonly captureId: string }
  | { readonly type: "clip-refused"; readonly captureId: string; readonly code: string }

/** From a page to the service worker: it locked, and its clips are to be forgotten. */
export interface ToServiceWorker {
  readonly type: "forget-clips"
}

/** Where the service worker serves a clip to the page that gave its key. */
export function clipAddress(captureId: string): string {
  return `/clips/${captureId}`
}

/** The capture id in such an address; `undefined` for any other. */
export function clipIn(url: URL): string | undefined {
  return /^\/clips\/([A-Za-z0-9_-]{22})$/.exec(url.pathname)?.[1]
}
