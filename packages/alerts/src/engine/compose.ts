import { AlertsError } from "../errors.ts"
import type { Telling } from "./advance-alert.ts"
import type { ContentPolicy, Notification, NotificationKind } from "./notification.ts"

/** The words for what a policy keeps back, and for what became of an alert. */
export type Words = Readonly<Record<Exclude<NotificationKind, "new" | "more">, string>> & { readonly alert: string }

export const englishWords: Words = {
  alert: "There is an alert for you",
  update: "Updated",
  reminder: "Still open",
  escalation: "Nobody has answered",
  resolved: "Over",
  test: "This is a test: alerts reach you here",
}

/** What a channel with this policy shows of a telling: the rest never enters its row. */
export function compose(telling: Telling, policy: ContentPolicy, now: number, words: Words): Notification {
  const { state, kind, revision } = telling
  const { content, severity, total, id } = state
  const common = { alert: id, revision, kind, severity, at: now, total, link: content.link }
  const prefix = kind === "new" || kind === "more" ? "" : `${words[kind]}: `
  if (policy === "none") return { ...common, title: `${prefix}${words.alert}`, items: [] }
  const newest = state.items.at(-1)
  const text = content.text ?? newest?.text
  const shown = { ...common, title: `${prefix}${newest?.title ?? words.alert}`, text, items: state.items }
  if (policy === "text") return shown
  const sealed = { ...shown, sealed: content.sealed }
  if (policy === "sealed") return sealed
  return { ...sealed, details: content.details, picture: content.picture, clip: content.clip }
}

export const toPayload = (notification: Notification): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(notification))

/** @throws AlertsError with `ALERTS_STORE_CORRUPT`. */
export function fromPayload(payload: Uint8Array): Notification {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)) as Notification
  } catch (error) {
    throw new AlertsError("ALERTS_STORE_CORRUPT", "Cannot deliver: the row holds no notification", { cause: error })
  }
}
