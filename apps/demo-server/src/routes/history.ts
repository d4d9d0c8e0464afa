import { sealedPayloadBytes } from "@darkslide/crypto"
import { createRoute, z } from "@hono/zod-openapi"
import { sealedPart } from "../captures/sealed-bytes.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { bytesAnswer, jsonAnswer } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import type { SessionCredential } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"
import { quotaExceeded } from "../uploads/upload-data-store.ts"

const segmentNumber = z.coerce.number().int().min(1).max(1_000_000_000)
const params = z.object({ number: segmentNumber })
const segmentList = z
  .object({
    segments: z.array(z.object({ number: z.number().int(), bytes: z.number().int() })),
    next: z.number().int().nullable().openapi({ description: "`from` of the next page; null at the end." }),
  })
  .openapi("HistorySegments")

const list = createRoute({
  method: "get",
  path: "/v1/history",
  request: { query: z.object({ from: segmentNumber.default(1) }) },
  responses: { 200: jsonAnswer("In ascending order", segmentList), ...problemAnswers("NOT_SIGNED_IN") },
})
const show = createRoute({
  method: "get",
  path: "/v1/history/{number}",
  request: { params },
  responses: { 200: bytesAnswer("The sealed segment"), ...problemAnswers("NOT_SIGNED_IN", "SEGMENT_NOT_FOUND") },
})
const put = createRoute({
  method: "put",
  path: "/v1/history/{number}",
  request: {
    params,
    body: {
      required: true,
      content: { "application/octet-stream": { schema: { type: "string" as const, format: "binary" } } },
    },
  },
  responses: {
    200: { description: "These very bytes stand there already" },
    201: { description: "Stored: it is on disk" },
    ...problemAnswers("NOT_SIGNED_IN", "SEGMENT_TAKEN", "SEGMENT_INVALID", "QUOTA_EXCEEDED", "BODY_TOO_LARGE"),
  },
})
const removeBefore = createRoute({
  method: "delete",
  path: "/v1/history",
  request: { query: z.object({ before: segmentNumber }) },
  responses: {
    204: { description: "All with lower numbers are gone, at once" },
    ...problemAnswers("NOT_SIGNED_IN", "SEGMENT_INVALID"),
  },
})

const pageSize = 1000

/** docs/formats/history.md, "Segments": the sizes that a sealed segment can have. */
const sealedSizes: ReadonlySet<number> = new Set(
  [4, 8, 16, 32, 64, 128, 192, 256].map((kib) => sealedPayloadBytes(kib * 1024)),
)

/** The account's history, as sealed segments: the server learns numbers, padded sizes and times. */
export function historyRoutes(app: Router, { storage, limits }: AppPorts, credential: SessionCredential): void {
  const { history } = storage
  const middleware = [credential.required]

  app.openapi({ ...list, middleware }, async (c) => {
    const { from } = c.req.valid("query")
    const found = await history.list(c.get("session").accountId, { from, limit: pageSize + 1 })
    return c.json({ segments: found.slice(0, pageSize), next: found[pageSize]?.number ?? null }, 200)
  })
  app.openapi({ ...show, middleware }, async (c) => {
    const segment = await history.get(c.get("session").accountId, c.req.valid("param").number)
    if (segment === undefined) throw new Problem("SEGMENT_NOT_FOUND", "Cannot answer: there is no such segment")
    return sealedPart(segment)
  })
  app.openapi({ ...put, middleware }, async (c) => {
    const segment = new Uint8Array(await c.req.arrayBuffer())
    if (!sealedSizes.has(segment.length)) throw invalid("no sealed segment is of this size")
    const { number } = c.req.valid("param")
    switch (await history.put(c.get("session").accountId, number, segment, limits.quotaBytes)) {
      case "stored":
        return c.body(null, 201)
      case "stands":
        return c.body(null, 200)
      case "taken":
        throw new Problem("SEGMENT_TAKEN", "Cannot store segment: another one has or had this number")
      case "gap":
        throw invalid("the one before is missing")
      case "quota-exceeded":
        throw quotaExceeded()
    }
  })
  app.openapi({ ...removeBefore, middleware }, async (c) => {
    const removed = await storage.removeSegments(c.get("session").accountId, c.req.valid("query").before)
    if (!removed) throw invalid("the last one has to stay")
    return c.body(null, 204)
  })
}

function invalid(why: string): Problem {
  return new Problem("SEGMENT_INVALID", `Cannot change history: ${why}`)
}
