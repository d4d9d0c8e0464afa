import { DarkslideError } from "@darkslide/crypto/errors"

/**
 * What became of one attempt to deliver. The first four are final for the message, the others worth another try.
 * - `ALERTS_REJECTED`: the receiver refuses this message for good (SMTP 5xx, HTTP 4xx).
 * - `ALERTS_GONE`: the destination no longer exists (HTTP 404 or 410 of a push subscription, 410 of a webhook).
 * - `ALERTS_TOO_LARGE`: more bytes than the channel or the receiver takes.
 * - `ALERTS_ADDRESS_REFUSED`: not one plain mail address, no URL of this channel, or an address inside this network.
 * - `ALERTS_UNREACHABLE`: no connection, no name, a certificate that does not hold, or the connection was cut.
 * - `ALERTS_TIMED_OUT`: no answer within the time given.
 * - `ALERTS_THROTTLED`: the receiver asks to be left alone (`retryAfterMs`).
 * - `ALERTS_FAILED`: it failed in another way that may pass (SMTP 4xx, HTTP 5xx, a login that was refused).
 */
export type DeliveryErrorCode =
  | "ALERTS_REJECTED"
  | "ALERTS_GONE"
  | "ALERTS_TOO_LARGE"
  | "ALERTS_ADDRESS_REFUSED"
  | "ALERTS_UNREACHABLE"
  | "ALERTS_TIMED_OUT"
  | "ALERTS_THROTTLED"
  | "ALERTS_FAILED"

/**
 * - `ALERTS_STORE_BUSY`: the database is locked or away. Nothing was accepted; ask again.
 * - `ALERTS_STORE_FULL`: the database has no room.
 * - `ALERTS_STORE_CORRUPT`: a row holds what this version cannot read.
 */
export type StoreErrorCode = "ALERTS_STORE_BUSY" | "ALERTS_STORE_FULL" | "ALERTS_STORE_CORRUPT"

/**
 * - `ALERTS_SIGNATURE_INVALID`: no signature of a webhook holds, or its time is too far from now.
 * - `ALERTS_MALFORMED`: a subscription, key, secret or message is not of its format.
 */
export type AlertsErrorCode = DeliveryErrorCode | StoreErrorCode | "ALERTS_SIGNATURE_INVALID" | "ALERTS_MALFORMED"

const final: ReadonlySet<AlertsErrorCode> = new Set([
  "ALERTS_REJECTED",
  "ALERTS_GONE",
  "ALERTS_TOO_LARGE",
  "ALERTS_ADDRESS_REFUSED",
  "ALERTS_MALFORMED",
])

/** What this package throws on bad input, a receiver that fails, or a database that does. Messages hold no content. */
export class AlertsError extends DarkslideError<AlertsErrorCode> {
  override readonly name = "AlertsError"
  /** HTTP status or SMTP reply code, where there was an answer. */
  declare readonly status: number | undefined
  /** How long the receiver asks to be left alone, in milliseconds. */
  declare readonly retryAfterMs: number | undefined

  constructor(code: AlertsErrorCode, message: string, options: AlertsErrorOptions = {}) {
    super(code, message, options)
    this.status = options.status
    this.retryAfterMs = options.retryAfterMs
  }

  /** Whether another attempt with the same message is useless. */
  get isFinal(): boolean {
    return final.has(this.code)
  }
}

interface AlertsErrorOptions extends ErrorOptions {
  readonly status?: number | undefined
  readonly retryAfterMs?: number | undefined
}
