import { toBase64Url } from "@darkslide/crypto"
import { createRoute } from "@hono/zod-openapi"
import { problemAnswers } from "../http/problem-answers.ts"
import { jsonAnswer } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import type { SessionCredential } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"
import { headList, tombstoneList, tombstoneQuery } from "./capture-schemas.ts"

const tombstones = createRoute({
  method: "get",
  path: "/v1/tombstones",
  request: { query: tombstoneQuery },
  responses: { 200: jsonAnswer("Oldest first", tombstoneList), ...problemAnswers("NOT_SIGNED_IN") },
})
const heads = createRoute({
  method: "get",
  path: "/v1/heads",
  responses: { 200: jsonAnswer("The last signed head of each device", headList), ...problemAnswers("NOT_SIGNED_IN") },
})

const pageSize = 100

/** What tells a client that nothing was dropped: the tombstones, and how far each device had counted. */
export function captureLogRoutes(app: Router, { storage }: AppPorts, credential: SessionCredential): void {
  const { captures } = storage
  app.openapi({ ...tombstones, middleware: [credential.required] }, async (c) => {
    const { cursor: after = 0 } = c.req.valid("query")
    const found = await captures.tombstones(c.get("session").accountId, { after, limit: pageSize + 1 })
    const page = found.slice(0, pageSize)
    const next = found.length > pageSize ? String(page.at(-1)?.position) : null
    const shown = page.map(({ captureId, document }) => ({ captureId, tombstone: toBase64Url(document) }))
    return c.json({ tombstones: shown, next }, 200)
  })
  app.openapi({ ...heads, middleware: [credential.required] }, async (c) => {
    const found = await captures.heads(c.get("session").accountId)
    return c.json({ heads: found.map(({ deviceId, head }) => ({ deviceId, head: toBase64Url(head) })) }, 200)
  })
}
