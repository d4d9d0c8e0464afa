import type { Notification } from "./engine/notification.ts"

/** What `registration.showNotification(title, options)` takes. */
export interface BrowserNotification {
  readonly title: string
  readonly options: {
    readonly body: string
    /** One per alert: a later notification of it takes the place of the earlier one. */
    readonly tag: string
    readonly timestamp: number
    /** Stays on the screen until somebody sees to it. */
    readonly requireInteraction: boolean
    /** No sound: an update, or the end. */
    readonly silent: boolean
    /** For the click on it. */
    readonly data: { readonly alert: string; readonly link?: string | undefined }
  }
}

/**
 * Turns a push of the web push channel into a notification, in the service worker of a page:
 *
 * ```ts no-run
 * import { toBrowserNotification } from "@darkslide/alerts/service-worker"
 * function onPush(push: string, registration: ServiceWorkerRegistration) {
 *   const shown = toBrowserNotification(push)
 *   return shown && registration.showNotification(shown.title, shown.options)
 * }
 * ```
 *
 * @returns `undefined` for a push that is not one of ours.
 */
export function toBrowserNotification(push: string): BrowserNotification | undefined {
  const { alert, title, text, at, kind, severity, total, link } = parse(push)
  if (typeof alert !== "string" || typeof title !== "string") return undefined
  const count = typeof total === "number" && total > 1 ? `(${total})` : undefined
  return {
    title,
    options: {
      body: [text, count].filter((line) => line !== undefined).join(" "),
      tag: alert,
      timestamp: at ?? 0,
      requireInteraction: severity === "critical",
      silent: kind === "update" || kind === "resolved",
      data: { alert, link: link !== undefined && /^https?:/iu.test(link) ? link : undefined },
    },
  }
}

function parse(push: string): Partial<Notification> {
  try {
    const value: unknown = JSON.parse(push)
    return typeof value === "object" && value !== null ? value : {}
  } catch {
    // Not JSON: not ours.
    return {}
  }
}
