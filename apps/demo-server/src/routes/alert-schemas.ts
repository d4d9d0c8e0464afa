import { quietUntil } from "@darkslide/alerts"
import { z } from "@hono/zod-openapi"
import { alertKinds } from "../alerts/account-rules.ts"

const time = z.number().int().openapi({ description: "Milliseconds since 1970." })
const channel = z.enum(["mail", "push", "webhook", "ntfy"])

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
const quietHours = z
  .strictObject({ zone: z.string().max(64), from: clock, to: clock })
  .refine(isPossible, "must be hours of a zone that end")

export const newTarget = z.strictObject({ channel, destination: z.string().min(1).max(4096) })
export const quietHoursBody = z.strictObject({ quietHours: quietHours.nullable() })
export const muteBody = z.strictObject({
  until: time.positive().nullable().openapi({ description: "null: until it is ended." }),
})
export const testAnswer = z.object({ outcome: z.enum(["sent", "failed"]), code: z.string().optional() })

const health = z.object({
  state: z.enum(["unused", "working", "failing"]),
  at: time.optional(),
  code: z.string().optional(),
})
const target = z
  .object({ id: z.string(), channel, destination: z.string(), createdAt: time, health })
  .openapi("AlertTarget")
const alert = z
  .object({
    id: z.string(),
    kind: z.enum(alertKinds),
    status: z.enum(["active", "acknowledged", "resolved"]),
    severity: z.enum(["info", "warning", "critical"]),
    openedAt: time,
    lastEventAt: time,
    total: z.number().int(),
    told: z.number().int(),
    suppressed: z.number().int(),
  })
  .openapi("Alert")
const entry = z
  .object({
    id: z.string(),
    channel: z.string(),
    kind: z.string(),
    destination: z.string().openapi({ description: "Enough to recognise one's own." }),
    state: z.enum(["waiting", "sent", "dead", "expired"]),
    attempts: z.number().int(),
    code: z.string().nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .openapi("DeliveryLogEntry")

export const alertsOverview = z
  .object({
    mail: z.enum(["smtp", "files"]).openapi({ description: "files: mails are .eml files in the data folder." }),
    vapidPublicKey: z.string(),
    quietHours: z.object({ zone: z.string(), from: z.string(), to: z.string() }).nullable(),
    mutes: z.array(
      z.object({
        kind: z.enum(alertKinds),
        until: time.nullable().openapi({ description: "null: until it is ended." }),
        events: z.number().int().openapi({ description: "That came since: nobody was told of them." }),
      }),
    ),
    targets: z.array(target),
    alerts: z.array(alert),
    log: z.array(entry),
  })
  .openapi("Alerts")

function isPossible(hours: { readonly zone: string; readonly from: string; readonly to: string }): boolean {
  try {
    quietUntil(hours, 0)
    return hours.from !== hours.to
  } catch (error) {
    // An unknown zone.
    if (error instanceof RangeError) return false
    throw error
  }
}
