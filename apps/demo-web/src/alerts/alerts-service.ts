import type { AbortableOptions } from "../account/account-service.ts"
import type { AlertContentChoice } from "../sentinel/sentinel-service.ts"

export type TargetChannel = "mail" | "push" | "webhook" | "ntfy"
export const alertKinds = ["intruder", "logins", "devices", "channels"] as const
export type AlertKind = (typeof alertKinds)[number]

export interface AlertTarget {
  readonly id: string
  readonly channel: TargetChannel
  readonly destination: string
  readonly createdAt: number
  readonly health: {
    readonly state: "unused" | "working" | "failing"
    readonly at?: number | undefined
    readonly code?: string | undefined
  }
}

export interface AlertFacts {
  readonly id: string
  readonly kind: AlertKind
  readonly status: "active" | "acknowledged" | "resolved"
  readonly openedAt: number
  readonly lastEventAt: number
  readonly total: number
}

/** One line of the delivery log. */
export interface SentAlert {
  readonly id: string
  readonly channel: string
  readonly kind: string
  readonly destination: string
  readonly state: "waiting" | "sent" | "dead" | "expired"
  readonly attempts: number
  readonly code: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

export interface QuietHours {
  readonly zone: string
  readonly from: string
  readonly to: string
}

/** A kind of alert that nobody is told of. */
export interface AlertMute {
  readonly kind: AlertKind
  /** Null: until its owner ends it. */
  readonly until: number | null
  /** That came since it began. */
  readonly events: number
}

export interface AlertsOverview {
  /** `files`: this server has no mail server; mails are files in its data folder. */
  readonly mail: "smtp" | "files"
  readonly vapidPublicKey: string
  readonly quietHours: QuietHours | null
  readonly mutes: readonly AlertMute[]
  readonly targets: readonly AlertTarget[]
  readonly alerts: readonly AlertFacts[]
  readonly log: readonly SentAlert[]
}

/** A photo that an armed browser took while nobody was signed in, opened and verified here. */
export type InboxItem =
  | {
      readonly captureId: string
      readonly refused?: undefined
      readonly createdAt: number
      readonly receivedAt: number
      readonly deviceId: string
      readonly deviceName: string
      readonly isReviewed: boolean
    }
  | { readonly captureId: string; readonly receivedAt: number; readonly isReviewed: boolean; readonly refused: string }

/** Photos past the cap: counted, not kept. */
export interface InboxAttempts {
  readonly deviceName: string
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

export interface ArmedBrowser {
  readonly deviceId: string
  readonly deviceName: string
  readonly content: AlertContentChoice
  readonly armedAt: number
}

/** Alerts and the inbox of the account. Implemented in `http-alerts.ts`. */
export interface AlertsService {
  overview(options?: AbortableOptions): Promise<AlertsOverview>
  /** @returns the secret that signs a webhook, shown once. Rejects with `STEP_UP_NEEDED` when the password was proved too long ago. */
  addTarget(
    target: { readonly channel: TargetChannel; readonly destination: string },
    options?: AbortableOptions,
  ): Promise<string | undefined>
  removeTarget(id: string, options?: AbortableOptions): Promise<void>
  /** @returns the code of the failure; undefined when it was sent. */
  testTarget(id: string, options?: AbortableOptions): Promise<string | undefined>
  setQuietHours(hours: QuietHours | undefined, options?: AbortableOptions): Promise<void>
  /** @param until - Milliseconds since 1970; null: until `endMute`. */
  mute(kind: AlertKind | "everything", until: number | null, options?: AbortableOptions): Promise<void>
  endMute(kind: AlertKind | "everything", options?: AbortableOptions): Promise<void>
  acknowledge(alertId: string, options?: AbortableOptions): Promise<void>
  /** Has this browser show alerts also while no page is open. */
  subscribe(options?: AbortableOptions): Promise<void>
  inbox(
    options?: AbortableOptions,
  ): Promise<{ readonly items: readonly InboxItem[]; readonly attempts: readonly InboxAttempts[] }>
  thumbnail(captureId: string, options?: AbortableOptions): Promise<Blob>
  photo(captureId: string, options?: AbortableOptions): Promise<Blob>
  /** Its owner has looked at them. */
  review(captureIds: readonly string[], options?: AbortableOptions): Promise<void>
  /** Removes a photo for good: row and file. */
  delete(captureId: string, options?: AbortableOptions): Promise<void>
  armed(options?: AbortableOptions): Promise<readonly ArmedBrowser[]>
  /** Its photos are not taken any more, whatever that browser does. */
  disarm(deviceId: string, options?: AbortableOptions): Promise<void>
}
