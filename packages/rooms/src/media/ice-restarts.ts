/** Where a connection stands. `failed`: no way was found, and nobody looks for one any more. */
export type LinkState = "connecting" | "connected" | "reconnecting" | "failed"

/** How long a connection may be silent before another way is looked for, in milliseconds. */
const patienceMs = 2000
/** Between tries; after the last one it has failed. */
const retryMs = [0, 2000, 4000, 8000, 16_000] as const

/** Looks for another way when a connection is lost: ICE restarts, with longer and longer pauses. */
export class IceRestarts {
  readonly #connection: RTCPeerConnection
  readonly #onState: (state: LinkState) => void
  #tries = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(connection: RTCPeerConnection, onState: (state: LinkState) => void) {
    this.#connection = connection
    this.#onState = onState
    connection.addEventListener("iceconnectionstatechange", () => this.#follow())
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #follow(): void {
    switch (this.#connection.iceConnectionState) {
      case "checking":
        return this.#onState(this.#tries > 0 ? "reconnecting" : "connecting")
      case "connected":
      case "completed":
        clearTimeout(this.#timer)
        this.#tries = 0
        return this.#onState("connected")
      case "disconnected":
        this.#onState("reconnecting")
        return this.#restartIn(patienceMs)
      case "failed": {
        const wait = retryMs[this.#tries]
        if (wait === undefined) return this.#onState("failed")
        this.#onState("reconnecting")
        return this.#restartIn(wait)
      }
      default:
    }
  }

  #restartIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#tries++
      this.#connection.restartIce()
    }, ms)
  }
}
