export { systemClock, type Clock } from "./clock.ts"
export { AlertsError, type AlertsErrorCode, type DeliveryErrorCode, type StoreErrorCode } from "./errors.ts"
export type { AlertItem, AlertState, AlertStatus, AlertTimers, StoredAttachment } from "./engine/alert-state.ts"
export type { Mute, Observed } from "./engine/alert-session.ts"
export type { AlertRow, AlertStore, AlertTransaction } from "./engine/alert-store.ts"
export { createAlerts, type Alerts, type AlertsOptions } from "./engine/alerts.ts"
export type { Channel } from "./engine/channel.ts"
export { englishWords, type Words } from "./engine/compose.ts"
export type { AlertContent, AlertEvent, Attachment, Severity } from "./engine/event.ts"
export type { ContentPolicy, Notification, NotificationKind } from "./engine/notification.ts"
export { quietUntil, type QuietHours, type Weekday } from "./engine/quiet-hours.ts"
export type { EscalationStep, Match, Repeat, Rule, Target } from "./engine/rule.ts"
export { memoryStore } from "./memory/memory-store.ts"
export type { Backoff } from "./outbox/backoff.ts"
export type { ChannelHealth } from "./outbox/channel-health.ts"
export type { Deliver, Delivery, OutboxChannel, OutboxEvent } from "./outbox/deliver.ts"
export type { RateLimit } from "./outbox/destination-gate.ts"
export type { MessageState, NewMessage, Priority, QueuedMessage } from "./outbox/message.ts"
export { createOutbox, type Outbox, type OutboxOptions } from "./outbox/outbox.ts"
export type { Claim, ClaimedMessage, EntryQuery, OutboxEntry, OutboxStore, Settlement } from "./outbox/outbox-store.ts"
export { redactDestination } from "./outbox/redact-destination.ts"
export {
  failedLogins,
  type FailedLogins,
  type FailedLoginsOptions,
  type LoginAttempt,
} from "./triggers/failed-logins.ts"
