import type { Sending } from "./link-sender.ts"
import type { MediaWorker } from "./media-worker-host.ts"
import type { Mesh, MeshPerson } from "./mesh.ts"
import { LinkStatistics, type LinkFigures } from "./statistics.ts"
import { findFaults, type Fault } from "./watchdog.ts"

export interface UpkeepOptions {
  /** Between statistics; 0: none. */
  readonly statisticsMs: number
  /** Told when a stream was cut off, and begins anew. @returns what to send of this source. */
  onFault(person: MeshPerson, fault: Fault): Sending | undefined
  onStatistics(people: readonly { readonly person: MeshPerson; readonly figures: LinkFigures }[]): void
  onFailed(error: unknown): void
}

/** What a call does five times a second: it looks for streams that go past the worker, and from time to time it makes statistics. */
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
      await this.#mend()
      await this.#tellStatistics()
    } catch (error) {
      this.#options.onFailed(error)
    } finally {
      this.#isWorking = false
    }
  }

  async #mend(): Promise<void> {
    const links = this.#mesh.people.map(({ link }) => link)
    const faults = await findFaults(links, () => this.#worker.count())
    await Promise.all(
      faults.map((fault) => (fault.way === "in" ? this.#mendIncoming(fault) : this.#mendOutgoing(fault))),
    )
  }

  async #mendOutgoing(fault: Fault): Promise<void> {
    const { link, source } = fault
    await link.cutOff(source)
    const sending = this.#tell(fault)
    // Anew, with another transceiver.
    if (sending) await link.send(source, sending)
  }

  async #mendIncoming(fault: Fault): Promise<void> {
    const received = fault.link.received.find(({ source }) => source === fault.source)
    if (!received) return
    fault.link.repair(received)
    this.#tell(fault)
  }

  #tell(fault: Fault): Sending | undefined {
    const person = this.#mesh.people.find(({ link }) => link === fault.link)
    return person && this.#options.onFault(person, fault)
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
