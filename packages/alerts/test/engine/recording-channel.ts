import type { Channel } from "../../src/engine/channel.ts"
import type { Notification } from "../../src/engine/notification.ts"

export interface Received {
  readonly notification: Notification
  readonly destination: string
  readonly idempotencyKey: string
}

/** A real channel that ends in a list. */
export class RecordingChannel implements Channel {
  readonly received: Received[] = []
  readonly defaultContent = "clear"
  failure: Error | undefined

  async deliver(
    notification: Notification,
    { destination, idempotencyKey }: Omit<Received, "notification">,
  ): Promise<void> {
    if (this.failure !== undefined) throw this.failure
    this.received.push({ notification, destination, idempotencyKey })
  }

  get kinds(): readonly string[] {
    return this.received.map(({ notification }) => notification.kind)
  }
}
