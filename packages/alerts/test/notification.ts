import type { Notification } from "../src/engine/notification.ts"

/** A notification as the engine would make it. */
export function notification(more: Partial<Notification> = {}): Notification {
  return {
    alert: "q3Jx1mWn8sT2vK5yB7cD9eFg",
    revision: 1,
    kind: "new",
    severity: "warning",
    at: Date.parse("2026-03-01T12:00:00Z"),
    total: 1,
    title: "Something moved",
    text: "At the back door",
    items: [{ at: Date.parse("2026-03-01T12:00:00Z"), title: "Something moved", text: "At the back door" }],
    link: "https://app.example/#k=secret",
    ...more,
  }
}

export const attachment = (name: string, mediaType: string, bytes: Uint8Array) => ({
  name,
  mediaType,
  base64: Buffer.from(bytes).toString("base64url"),
})
