import * as z from "zod/mini"
import { binary } from "../http/binary-field.ts"
import { captureId } from "../library/capture-messages.ts"
import { alertKinds } from "./alerts-service.ts"

// The shapes of the server's answers about alerts and the inbox: docs/formats/http.md.

const time = z.number()
const content = z.enum(["link", "sealed", "clear"])

const target = z.object({
  id: z.string(),
  channel: z.enum(["mail", "push", "webhook", "ntfy"]),
  destination: z.string(),
  createdAt: time,
  health: z.object({
    state: z.enum(["unused", "working", "failing"]),
    at: z.optional(time),
    code: z.optional(z.string()),
  }),
})
const alert = z.object({
  id: z.string(),
  kind: z.enum(alertKinds),
  status: z.enum(["active", "acknowledged", "resolved"]),
  openedAt: time,
  lastEventAt: time,
  total: z.number(),
})
const sent = z.object({
  id: z.string(),
  channel: z.string(),
  kind: z.string(),
  destination: z.string(),
  state: z.enum(["waiting", "sent", "dead", "expired"]),
  attempts: z.number(),
  code: z.nullable(z.string()),
  createdAt: time,
  updatedAt: time,
})

export const overviewMessage = z.object({
  mail: z.enum(["smtp", "files"]),
  vapidPublicKey: z.string(),
  quietHours: z.nullable(z.object({ zone: z.string(), from: z.string(), to: z.string() })),
  mutes: z.array(z.object({ kind: z.enum(alertKinds), until: z.nullable(time), events: z.number() })),
  targets: z.array(target),
  alerts: z.array(alert),
  log: z.array(sent),
})
export const targetAdded = z.object({ id: z.string(), secret: z.optional(z.string()) })
export const testOutcome = z.object({ outcome: z.enum(["sent", "failed"]), code: z.optional(z.string()) })
export const inboxMessage = z.object({
  items: z.array(
    z.object({
      captureId,
      deviceId: z.string(),
      receivedAt: time,
      isReviewed: z.boolean(),
      header: binary,
      record: binary,
      sealing: binary,
      private: binary,
      mediaBytes: z.number(),
    }),
  ),
  attempts: z.array(z.object({ deviceId: z.string(), count: z.number(), firstAt: time, lastAt: time })),
})
export const armedMessage = z.object({ devices: z.array(z.object({ deviceId: z.string(), content, armedAt: time })) })
