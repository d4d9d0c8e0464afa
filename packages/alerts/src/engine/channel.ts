import type { OutboxChannel } from "../outbox/deliver.ts"
import type { ContentPolicy, Notification } from "./notification.ts"

/**
 * A way to reach someone: one object. It is given what its content policy lets through, and throws an `AlertsError` that
 * says whether another attempt makes sense.
 */
export interface Channel extends Omit<OutboxChannel, "deliver"> {
  /** Returns once the receiver has it. The same `idempotencyKey` may come twice, after a crash. */
  deliver(
    notification: Notification,
    options: { readonly destination: string; readonly idempotencyKey: string; readonly signal: AbortSignal },
  ): Promise<void>
  /** What leaves through it when the app does not say otherwise. Default: `none`. */
  readonly defaultContent?: ContentPolicy | undefined
  /** Refuses a destination that could never work. @throws AlertsError with `ALERTS_ADDRESS_REFUSED`. */
  checkDestination?(destination: string): void
}
