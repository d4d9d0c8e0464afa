import { createRoute, z } from "@hono/zod-openapi"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { jsonAnswer } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import type { SessionCredential } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"
import { currentSession, sessionList } from "./account-schemas.ts"

const current = createRoute({
  method: "get",
  path: "/v1/session",
  responses: { 200: jsonAnswer("The session of this request", currentSession), ...problemAnswers("NOT_SIGNED_IN") },
})

const end = createRoute({
  method: "delete",
  path: "/v1/session",
  responses: { 204: { description: "Signed out, also when there was no session" } },
})

const list = createRoute({
  method: "get",
  path: "/v1/sessions",
  responses: { 200: jsonAnswer("All sessions of the account", sessionList), ...problemAnswers("NOT_SIGNED_IN") },
})

const revoke = createRoute({
  method: "delete",
  path: "/v1/sessions/{id}",
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 204: { description: "Ended" }, ...problemAnswers("NOT_SIGNED_IN", "NOT_FOUND") },
})

export function sessionRoutes(app: Router, { storage, now }: AppPorts, credential: SessionCredential): void {
  const { sessions } = storage

  app.openapi({ ...current, middleware: [credential.required] }, (c) => {
    const { id, accountId, createdAt, expiresAt } = c.get("session")
    return c.json({ id, accountId, createdAt, expiresAt }, 200)
  })

  app.openapi(end, async (c) => {
    const session = await credential.find(c)
    if (session !== undefined) await sessions.remove(session.id, session.accountId)
    credential.clearCookie(c)
    return c.body(null, 204)
  })

  app.openapi({ ...list, middleware: [credential.required] }, async (c) => {
    const own = c.get("session")
    const all = await sessions.list(own.accountId, now())
    const shown = all.map(({ id, createdAt, seenAt, expiresAt }) => ({
      id,
      createdAt,
      seenAt,
      expiresAt,
      current: id === own.id,
    }))
    return c.json({ sessions: shown }, 200)
  })

  app.openapi({ ...revoke, middleware: [credential.required] }, async (c) => {
    const own = c.get("session")
    const { id } = c.req.valid("param")
    if (!(await sessions.remove(id, own.accountId))) throw new Problem("NOT_FOUND", "Cannot end session: there is none")
    if (id === own.id) credential.clearCookie(c)
    return c.body(null, 204)
  })
}
