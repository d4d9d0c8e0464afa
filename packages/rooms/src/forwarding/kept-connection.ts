import { sleep } from "../clock.ts"
import type { LinkState } from "../media/ice-restarts.ts"

export interface KeptConnectionOptions {
  /** Makes a connection, up to its description; what it made before is closed. */
  make(signal: AbortSignal): Promise<RTCPeerConnection>
  onState(state: LinkState): void
  /** A try that failed; others follow. */
  onFailed(error: unknown): void
}

/** How long a connection may be silent, and how long it may take to come about, in milliseconds. */
const patienceMs = { silent: 2000, connecting: 15_000 }
/** Before each further try; after the last one it has failed. */
const retryMs = [0, 500, 1000, 2000, 4000, 8000, 16_000] as const

/** A connection to a unit, made anew whenever it is lost: that is quicker than to agree on another way for the old one. */
export class KeptConnection {
  readonly #options: KeptConnectionOptions
  readonly #life = new AbortController()
  /** Of one try. */
  #round = new AbortController()

  constructor(options: KeptConnectionOptions) {
    this.#options = options
  }

  /** Makes the first connection, and keeps one from then on. @throws what the first `make` throws. */
  async start(): Promise<void> {
    this.#options.onState("connecting")
    const first = await this.#options.make(this.#signal)
    void this.#keep(first)
  }

  /** As `start`, with the first try like all others. */
  startLater(): void {
    this.#options.onState("connecting")
    void this.#keep(undefined)
  }

  /** Makes another connection. */
  restart(): void {
    this.#round.abort(new Error("another connection is made"))
  }

  stop(): void {
    this.#life.abort(new Error("the connection is no more needed"))
  }

  get #signal(): AbortSignal {
    return AbortSignal.any([this.#life.signal, this.#round.signal])
  }

  async #keep(first: RTCPeerConnection | undefined): Promise<void> {
    let made = first
    for (let tries = 0; !this.#life.signal.aborted; tries++) {
      if (this.#round.signal.aborted) {
        this.#round = new AbortController()
        tries = 0
      }
      const signal = this.#signal
      try {
        const connection = made ?? (await this.#options.make(signal))
        made = undefined
        await whenConnected(connection, signal)
        this.#options.onState("connected")
        tries = -1
        await whenLost(connection, signal)
      } catch (error) {
        if (!signal.aborted) this.#options.onFailed(error)
      }
      if (!signal.aborted) await this.#pause(tries)
    }
  }

  async #pause(tries: number): Promise<void> {
    const wait = retryMs[tries + 1]
    this.#options.onState(wait === undefined ? "failed" : "reconnecting")
    try {
      await (wait === undefined ? whenAborted(this.#signal) : sleep(wait, this.#signal))
    } catch {
      // Somebody asked for another try, or for none: the loop sees which.
    }
  }
}

async function whenAborted(signal: AbortSignal): Promise<never> {
  return await new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true })
  })
}

/** Resolves once `isSo` holds after a change of the connection's state; rejects when it is over, or with the signal's reason. */
async function whenState(
  connection: RTCPeerConnection,
  isSo: (state: RTCPeerConnectionState) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = (): void => {
    const state = connection.connectionState
    if (isSo(state)) resolve()
    else if (state === "failed" || state === "closed") reject(new Error(`the connection is ${state}`))
  }
  const onAbort = (): void => reject(signal.reason as Error)
  connection.addEventListener("connectionstatechange", look)
  signal.addEventListener("abort", onAbort)
  try {
    signal.throwIfAborted()
    look()
    await promise
  } finally {
    connection.removeEventListener("connectionstatechange", look)
    signal.removeEventListener("abort", onAbort)
  }
}

const isConnected = (state: RTCPeerConnectionState): boolean => state === "connected"

async function whenConnected(connection: RTCPeerConnection, signal: AbortSignal): Promise<void> {
  await whenState(connection, isConnected, AbortSignal.any([signal, AbortSignal.timeout(patienceMs.connecting)]))
}

/** Resolves when it is gone for good, or silent for too long. */
async function whenLost(connection: RTCPeerConnection, signal: AbortSignal): Promise<void> {
  for (;;) {
    await whenState(connection, (state) => !isConnected(state), signal)
    if (connection.connectionState !== "disconnected") return
    const patience = AbortSignal.timeout(patienceMs.silent)
    try {
      await whenState(connection, isConnected, AbortSignal.any([signal, patience]))
    } catch (error) {
      if (patience.aborted) return
      throw error
    }
  }
}
