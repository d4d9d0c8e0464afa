import { redactDestination, type AlertState } from "@darkslide/alerts"
import { generateWebhookSecret } from "@darkslide/alerts/webhook"
import { isDarkslideError } from "@darkslide/crypto/errors"
import { createRoute, z } from "@hono/zod-openapi"
import { randomBytes } from "node:crypto"
import { alertKinds, ruleOwner } from "../alerts/account-rules.ts"
import { channelNameOf, channelNamesOf } from "../alerts/alert-channels.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { jsonAnswer, jsonBody } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import type { SessionCredential } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"
import type { AlertTarget } from "../storage/alert-targets-store.ts"
import { alertsOverview, muteBody, newTarget, quietHoursBody, testAnswer } from "./alert-schemas.ts"

const show = createRoute({
  method: "get",
  path: "/v1/alerts",
  responses: {
    200: jsonAnswer("Everything about this account's alerts", alertsOverview),
    ...problemAnswers("NOT_SIGNED_IN"),
  },
})
const addTarget = createRoute({
  method: "post",
  path: "/v1/alerts/targets",
  request: jsonBody(newTarget),
  responses: {
    201: jsonAnswer(
      "Alerts go there from now on",
      z.object({ id: z.string(), secret: z.string().optional().openapi({ description: "Of a webhook: shown once." }) }),
    ),
    ...problemAnswers("NOT_SIGNED_IN", "DESTINATION_REFUSED", "TOO_MANY_TARGETS", "STEP_UP_NEEDED", "REQUEST_INVALID"),
  },
})
const onTarget = { params: z.object({ id: z.string().max(64) }) }
const removeTarget = createRoute({
  method: "delete",
  path: "/v1/alerts/targets/{id}",
  request: onTarget,
  responses: { 204: { description: "Nothing goes there any more" }, ...problemAnswers("NOT_SIGNED_IN") },
})
const testTarget = createRoute({
  method: "post",
  path: "/v1/alerts/targets/{id}/test",
  request: onTarget,
  responses: {
    200: jsonAnswer("What came of it", testAnswer),
    ...problemAnswers("NOT_SIGNED_IN", "NOT_FOUND", "RATE_LIMITED"),
  },
})
const setQuietHours = createRoute({
  method: "put",
  path: "/v1/alerts/quiet-hours",
  request: jsonBody(quietHoursBody),
  responses: { 204: { description: "From now on" }, ...problemAnswers("NOT_SIGNED_IN", "REQUEST_INVALID") },
})
const onKind = { params: z.object({ kind: z.enum([...alertKinds, "everything"]) }) }
const setMute = createRoute({
  method: "put",
  path: "/v1/alerts/mutes/{kind}",
  request: { ...onKind, ...jsonBody(muteBody) },
  responses: {
    204: { description: "Nobody is told of what comes from now on" },
    ...problemAnswers("NOT_SIGNED_IN", "REQUEST_INVALID"),
  },
})
const endMute = createRoute({
  method: "delete",
  path: "/v1/alerts/mutes/{kind}",
  request: onKind,
  responses: {
    204: { description: "What waited is told now" },
    ...problemAnswers("NOT_SIGNED_IN", "REQUEST_INVALID"),
  },
})
const acknowledge = createRoute({
  method: "post",
  path: "/v1/alerts/{id}/acknowledged",
  request: onTarget,
  responses: { 204: { description: "Noted" }, ...problemAnswers("NOT_SIGNED_IN", "NOT_FOUND") },
})

const mostTargets = 20
const shownAlerts = 100
/** A destination is where secrets could be led to: it wants a proof of the password that is this fresh. */
const freshMs = 15 * 60_000

export function alertRoutes(app: Router, ports: AppPorts, credential: SessionCredential): void {
  const { storage, now, limiters } = ports
  const { alerts, mail, vapidPublicKey, reload, checkDestination, mute, mutes } = ports.alerts
  const { alertTargets: targets, accountAlerts } = storage
  const middleware = [credential.required]

  app.openapi({ ...show, middleware }, async (c) => {
    const { accountId } = c.get("session")
    const health = alerts.health()
    const log = await accountAlerts.log(accountId, shownAlerts)
    const overview = {
      mail,
      vapidPublicKey,
      quietHours: (await targets.quietHours(accountId)) ?? null,
      targets: (await targets.list(accountId)).map((target) => toShown(target, healthOf(target, health))),
      mutes: [...(await mutes(accountId))],
      alerts: (await accountAlerts.list(accountId, shownAlerts)).map(toAnswer),
      log: log.map(({ id, key, channel, destination, state, attempts, code, createdAt, updatedAt }) => ({
        ...{ id, state, attempts, code, createdAt, updatedAt },
        channel: channel.split("-")[0] ?? channel,
        kind: key.split(".")[2] ?? "new",
        destination: redactDestination(destination),
      })),
    }
    return c.json(overview, 200)
  })

  app.openapi({ ...addTarget, middleware }, async (c) => {
    const { accountId, steppedUpAt } = c.get("session")
    if (now() - steppedUpAt > freshMs)
      throw new Problem("STEP_UP_NEEDED", "Cannot add destination: the password was proved too long ago")
    const { channel, destination } = c.req.valid("json")
    const known = await targets.list(accountId)
    if (known.length >= mostTargets) throw new Problem("TOO_MANY_TARGETS", "Cannot add destination: too many")
    refuseUnreachable(() => checkDestination(channelNameOf({ channel }, "link"), destination))
    const same = known.find((target) => target.channel === channel && target.destination === destination)
    if (same !== undefined) return c.json({ id: same.id }, 201)
    const id = randomBytes(16).toString("base64url")
    const secret = channel === "webhook" ? generateWebhookSecret() : ""
    await targets.add({ id, accountId, channel, destination, secret, createdAt: now() })
    await reload(accountId)
    return c.json(secret === "" ? { id } : { id, secret }, 201)
  })

  app.openapi({ ...removeTarget, middleware }, async (c) => {
    const { accountId } = c.get("session")
    if (await targets.remove(accountId, c.req.valid("param").id)) await reload(accountId)
    return c.body(null, 204)
  })

  app.openapi({ ...testTarget, middleware }, async (c) => {
    const { accountId } = c.get("session")
    const target = (await targets.list(accountId)).find(({ id }) => id === c.req.valid("param").id)
    if (target === undefined) throw new Problem("NOT_FOUND", "Cannot send test: there is no such destination")
    const verdict = await limiters.alertTests.take(accountId)
    if (!verdict.allowed)
      throw new Problem("RATE_LIMITED", "Cannot send test: too many", { retryAfter: verdict.retryAfterMs / 1000 })
    const channel = channelNameOf(target, "link")
    try {
      await alerts.sendTest({ channel, destination: target.destination }, { signal: c.req.raw.signal })
      return c.json({ outcome: "sent" as const }, 200)
    } catch (error) {
      if (!isDarkslideError(error)) throw error
      return c.json({ outcome: "failed" as const, code: error.code }, 200)
    }
  })

  app.openapi({ ...setQuietHours, middleware }, async (c) => {
    const { accountId } = c.get("session")
    const { quietHours } = c.req.valid("json")
    await targets.setQuietHours(accountId, quietHours ?? undefined)
    await reload(accountId)
    return c.body(null, 204)
  })

  app.openapi({ ...setMute, middleware }, async (c) => {
    const { kind } = c.req.valid("param")
    const { until } = c.req.valid("json")
    await mute(c.get("session").accountId, kind, until ?? Number.POSITIVE_INFINITY)
    return c.body(null, 204)
  })
  app.openapi({ ...endMute, middleware }, async (c) => {
    await mute(c.get("session").accountId, c.req.valid("param").kind, 0)
    return c.body(null, 204)
  })

  app.openapi({ ...acknowledge, middleware }, async (c) => {
    const { id } = c.req.valid("param")
    if (!(await accountAlerts.has(c.get("session").accountId, id)))
      throw new Problem("NOT_FOUND", "Cannot note that: there is no such alert")
    await alerts.acknowledge(id)
    return c.body(null, 204)
  })
}

function toAnswer({ id, rule, status, severity, openedAt, lastEventAt, total, told, suppressed }: AlertState) {
  return {
    id,
    kind: ruleOwner(rule)?.kind ?? "logins",
    status,
    severity,
    openedAt,
    lastEventAt,
    total,
    told,
    suppressed,
  }
}

type Health = ReturnType<AppPorts["alerts"]["alerts"]["health"]>

/** The worst state of the channels that take alerts there, since the server started. */
function healthOf({ channel }: AlertTarget, health: Health) {
  const states = channelNamesOf(channel).map((name) => health[name])
  const failing = states.find((state) => state?.state === "failing")
  if (failing?.state === "failing") return { state: "failing" as const, at: failing.lastFailedAt, code: failing.code }
  const sent = states.flatMap((state) => (state?.state === "working" ? [state.lastSentAt] : []))
  return sent.length === 0 ? { state: "unused" as const } : { state: "working" as const, at: Math.max(...sent) }
}

/** A push subscription is of no use to a reader; what else was typed in is shown to who typed it. */
function toShown({ id, channel, destination, createdAt }: AlertTarget, health: ReturnType<typeof healthOf>) {
  const shown = channel === "push" ? redactDestination(destination) : destination
  return { id, channel, destination: shown, createdAt, health }
}

function refuseUnreachable(check: () => void): void {
  try {
    check()
  } catch (cause) {
    if (!isDarkslideError(cause)) throw cause
    throw new Problem("DESTINATION_REFUSED", "Cannot add destination: the channel cannot reach it", { cause })
  }
}
