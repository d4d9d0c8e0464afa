import { sha256, toBase64Url } from "@darkslide/crypto"

export type Priority = "urgent" | "normal" | "low"

/** What is handed to the outbox. */
export interface NewMessage {
  /** The name of its deliverer. */
  readonly channel: string
  /** A mail address, a URL, a subscription: whatever the deliverer understands. */
  readonly destination: string
  /** Kept until it is delivered, then emptied. At most 8 MiB. */
  readonly payload: Uint8Array
  /**
   * Two messages with the same key, channel and destination are one. Receivers see it as the idempotency key: it must be
   * unguessable and say nothing of the content. Random when absent. At most 200 characters.
   */
  readonly key?: string | undefined
  /** Urgent ones overtake the others of their channel. Default: normal. */
  readonly priority?: Priority | undefined
  /** Milliseconds since 1970. Default: now. */
  readonly notBefore?: number | undefined
  /** Not sent at or after that time, in milliseconds since 1970. Default: never. */
  readonly expiresAt?: number | undefined
}

/** `sent`, `dead` (refused for good, or given up) and `expired` are final; a dead one can be replayed. */
export type MessageState = "waiting" | "sent" | "dead" | "expired"

/** A message with its identifier, as a store keeps it. */
export interface QueuedMessage {
  readonly id: string
  readonly key: string
  readonly channel: string
  readonly destination: string
  readonly payload: Uint8Array
  readonly priority: number
  readonly createdAt: number
  readonly dueAt: number
  readonly expiresAt: number | null
}

/** Lower is sooner. */
export const priorities: Readonly<Record<Priority, number>> = { urgent: 0, normal: 1, low: 2 }

const maxPayloadBytes = 8 << 20
const maxKeyCharacters = 200
const maxDestinationCharacters = 4096

/** Checks a message and gives it its identifier. @throws RangeError */
export function toQueued(message: NewMessage, now: number): QueuedMessage {
  const { channel, destination, payload, priority = "normal", notBefore = now, expiresAt = null } = message
  const key = message.key ?? toBase64Url(crypto.getRandomValues(new Uint8Array(16)))
  if (key === "" || key.length > maxKeyCharacters) throw new RangeError("Cannot enqueue: key of 1 to 200 characters")
  if (channel === "") throw new RangeError("Cannot enqueue: no channel")
  if (destination.length > maxDestinationCharacters)
    throw new RangeError(`Cannot enqueue: destination over ${maxDestinationCharacters} characters`)
  if (payload.length > maxPayloadBytes) throw new RangeError(`Cannot enqueue: payload over ${maxPayloadBytes} bytes`)
  for (const time of [notBefore, expiresAt ?? 0])
    if (!Number.isSafeInteger(time)) throw new RangeError("Cannot enqueue: times are whole milliseconds")
  const id = messageId(key, channel, destination)
  const dueAt = Math.max(now, notBefore)
  return { id, key, channel, destination, payload, priority: priorities[priority], createdAt: now, dueAt, expiresAt }
}

/** One identifier per key, channel and destination: the primary key is what makes enqueueing idempotent. */
function messageId(key: string, channel: string, destination: string): string {
  const text = JSON.stringify([key, channel, destination])
  return toBase64Url(sha256(new TextEncoder().encode(text)).subarray(0, 18))
}
