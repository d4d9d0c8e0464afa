/** What ends the sentinel, and the exit code that says so. */
export const exitCodes = {
  /** The command line or the configuration file. */
  configuration: 2,
  /** The camera does not open, or ended. */
  camera: 3,
  /** The server refuses this device or what it sends; trying again will not help. */
  refused: 4,
  /** The folder of key and queue. */
  folder: 5,
  /** With `--once`: sealed and queued, but not delivered yet. The next run delivers it. */
  undelivered: 75,
} as const

/** A failure that a person has to see to. */
export class SentinelError extends Error {
  override readonly name = "SentinelError"
  readonly reason: keyof typeof exitCodes

  constructor(reason: keyof typeof exitCodes, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
