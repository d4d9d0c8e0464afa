/** The built app: every file of it, by its path, and what tells this build from another. */
export interface ShellFiles {
  readonly version: string
  readonly paths: readonly string[]
}

/** Of a network that neither answers nor fails. */
const patienceMs = 4000
const prefix = "darkslide-shell-"
const startPage = "/"

/**
 * Keeps the app itself, so that it starts without a network. Only files of the build are ever kept: nothing that the
 * server answers about an account, and no capture. The start page comes from the network where there is one, the rest by
 * its hashed name from here.
 */
export class AppShell {
  readonly #files: ShellFiles
  readonly #paths: ReadonlySet<string>

  constructor(files: ShellFiles) {
    this.#files = files
    this.#paths = new Set(files.paths)
  }

  /** Fetches the whole build. Rejects, and keeps nothing, where a file of it cannot be had. */
  async install(): Promise<void> {
    const cache = await caches.open(this.#name)
    const requests = [startPage, ...this.#paths].map((path) => new Request(path, { cache: "no-cache" }))
    await cache.addAll(requests)
  }

  /** Throws earlier builds away. */
  async activate(): Promise<void> {
    const old = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== this.#name)
    await Promise.all(old.map((name) => caches.delete(name)))
  }

  /** @returns `undefined` for what is none of the app's own files: the network alone answers that. */
  respond(request: Request): Promise<Response> | undefined {
    const { origin, pathname } = new URL(request.url)
    if (request.method !== "GET" || origin !== location.origin || pathname.startsWith("/v1/")) return undefined
    if (request.mode === "navigate") return this.#newest(request)
    return this.#paths.has(pathname) ? this.#kept(request) : undefined
  }

  get #name(): string {
    return prefix + this.#files.version
  }

  async #newest(request: Request): Promise<Response> {
    const kept = await caches.match(startPage, { cacheName: this.#name })
    if (kept === undefined) return await fetch(request)
    try {
      const answer = await fetch(request, { signal: AbortSignal.timeout(patienceMs) })
      return answer.status < 500 ? answer : kept
    } catch {
      // Whatever the network failed at: the app says itself that it is offline.
      return kept
    }
  }

  async #kept(request: Request): Promise<Response> {
    return (await caches.match(request, { cacheName: this.#name, ignoreVary: true })) ?? (await fetch(request))
  }
}
