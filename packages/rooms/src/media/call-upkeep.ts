import type { CallPath, MediaLink } from "./call-path.ts"
import type { Sending } from "./link-sender.ts"
import type { MediaWorker } from "./media-worker-host.ts"
import { LinkStatistics, type LinkFigures } from "./statistics.ts"
import { findFaults, type Fault } from "./watchdog.ts"

export interface UpkeepOptions {
  /** Between statistics; 0: none. */
  readonly statisticsMs: number
  /** Told when a stream was cut off, and begins anew. @returns what to send of this source. */
  onFault(fault: Fault): Sending | undefined
  onStatistics(links: readonly { readonly link: MediaLink; readonly figures: LinkFigures }[]): void
  onFailed(error: unknown): void
}

/** What a call does five times a second: it looks for streams that go past the worker, and from time to time it makes statistics. */
export class CallUpkeep {
  readonly #path: CallPath
  readonly #worker: MediaWorker
  readonly #options: UpkeepOptions
  readonly #statistics = new WeakMap<MediaLink, LinkStatistics>()
  #statisticsAt = 0
  #isWorking = false

  constructor(path: CallPath, worker: MediaWorker, options: UpkeepOptions) {
    this.#path = path
    this.#worker = worker
    this.#options = options
  }

  /** One that comes while the one before is worked on is left out. */
  async tick(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    try {
      await this.#mend()
      await this.#tellStatistics()
    } catch (error) {
      this.#options.onFailed(error)
    } finally {
      this.#isWorking = false
    }
  }

  get #links(): readonly MediaLink[] {
    const { people, ownLink } = this.#path
    const links = [...people.map(({ link }) => link), ...(ownLink ? [ownLink] : [])]
    return links.filter(({ connection }) => connection.signalingState !== "closed")
  }

  async #mend(): Promise<void> {
    const faults = await findFaults(this.#links, () => this.#worker.count())
    await Promise.all(faults.map((fault) => this.#mendOne(fault)))
  }

  async #mendOne(fault: Fault): Promise<void> {
    if (await this.#path.cutOff(fault)) await this.#path.renew(fault, this.#options.onFault(fault))
  }

  async #tellStatistics(): Promise<void> {
    const { statisticsMs } = this.#options
    const now = performance.now()
    if (statisticsMs === 0 || now < this.#statisticsAt || this.#path.people.length === 0) return
    this.#statisticsAt = now + statisticsMs
    const read = this.#links.map(async (link) => {
      const statistics = this.#statistics.get(link) ?? new LinkStatistics()
      this.#statistics.set(link, statistics)
      return { link, figures: statistics.read(await link.connection.getStats(), link) }
    })
    this.#options.onStatistics(await Promise.all(read))
  }
}
