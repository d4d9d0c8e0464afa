/** What frames of one epoch are sealed and opened with, as the group gives it. */
export interface EpochKey {
  readonly epoch: bigint
  /** Our own leaf. */
  readonly leafIndex: number
  /** By the MLS exporter, label `SFrame 1.0 Base Key` (RFC 9605 section 5.2). */
  readonly baseKey: Uint8Array
  /** Leaves whose role lets them send. Frames of others are refused. */
  readonly senders: readonly number[]
  /** How long frames of the epochs before are still opened, in milliseconds. */
  readonly keepMs: number
}
