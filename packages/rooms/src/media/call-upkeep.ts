import type { Sending } from "./link-sender.ts"
import type { MediaWorker } from "./media-worker-host.ts"
import type { Mesh, MeshPerson } from "./mesh.ts"
import { LinkStatistics, type LinkFigures } from "./statistics.ts"
import { findLeaks, type Leak } from "./watchdog.ts"

export interface UpkeepOptions {
  /** Between statistics; 0: none. */
  readonly statisticsMs: number
  /** Told when a stream was cut off. @returns what to send in its place. */
  onLeak(person: MeshPerson, leak: Leak): Sending | undefined
  onStatistics(people: readonly { readonly person: MeshPerson; readonly figures: LinkFigures }[]): void
  onFailed(error: unknown): void
}

/** What a call does five times a second: it looks for leaks, and from time to time it makes statistics. */
export class CallUpkeep {
  readonly #mesh: Mesh
  readonly #worker: MediaWorker
  readonly #options: UpkeepOptions
  readonly #statistics = new WeakMap<MeshPerson, LinkStatistics>()
  #statisticsAt = 0
  #isWorking = false

  constructor(mesh: Mesh, worker: MediaWorker, options: UpkeepOptions) {
    this.#mesh = mesh
    this.#worker = worker
    this.#options = options
  }

  /** One that comes while the one before is worked on is left out. */
  async tick(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    try {
      await this.#stopLeaks()
      await this.#tellStatistics()
    } catch (error) {
      this.#options.onFailed(error)
    } finally {
      this.#isWorking = false
    }
  }

  async #stopLeaks(): Promise<void> {
    const links = this.#mesh.people.map(({ link }) => link)
    const leaks = await findLeaks(links, () => this.#worker.count())
    await Promise.all(leaks.map((leak) => this.#stop(leak)))
  }

  async #stop(leak: Leak): Promise<void> {
    const { link, source, way } = leak
    const person = this.#mesh.people.find((one) => one.link === link)
    if (!person) return
    if (way === "in") {
      const received = link.received.find((one) => one.source === source)
      if (received) link.refuse(received)
    } else link.withdraw(source)
    const sending = this.#options.onLeak(person, leak)
    // Anew, with another transceiver.
    if (way === "out" && sending) await link.send(source, sending)
  }

  async #tellStatistics(): Promise<void> {
    const { statisticsMs } = this.#options
    const now = performance.now()
    if (statisticsMs === 0 || now < this.#statisticsAt || this.#mesh.people.length === 0) return
    this.#statisticsAt = now + statisticsMs
    const people = this.#mesh.people.map(async (person) => {
      const statistics = this.#statistics.get(person) ?? new LinkStatistics()
      this.#statistics.set(person, statistics)
      return { person, figures: statistics.read(await person.link.connection.getStats(), person.link) }
    })
    this.#options.onStatistics(await Promise.all(people))
  }
}
