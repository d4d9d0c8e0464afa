import { toBase64Url } from "@darkslide/crypto"
import { createRoute } from "@hono/zod-openapi"
import type { MiddlewareHandler } from "hono"
import { checkOwnHead } from "../captures/check-commit.ts"
import { captureDeleted, commitCapture } from "../captures/commit-capture.ts"
import { deleteCapture } from "../captures/delete-capture.ts"
import { sealedFile, sealedMedia, sealedPart } from "../captures/sealed-bytes.ts"
import type { AppEnv } from "../http/app-env.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { bytesAnswer, jsonAnswer, jsonBody } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import type { SessionCredential } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"
import type { CaptureSummary, CapturesStore } from "../storage/captures-store.ts"
import { captureAnswer, captureList, captureParam, captureQuery, commitBody, deleteBody } from "./capture-schemas.ts"

const path = "/v1/captures/{id}"
const request = { params: captureParam }
const missing = problemAnswers("NOT_SIGNED_IN", "CAPTURE_NOT_FOUND", "CAPTURE_DELETED")

const commit = createRoute({
  method: "put",
  path,
  request: { ...request, ...jsonBody(commitBody) },
  responses: {
    200: { description: "This very commit stands already" },
    201: { description: "Committed: all of it is on disk" },
    ...problemAnswers("NOT_SIGNED_IN", "CAPTURE_CONFLICT", "CAPTURE_DELETED", "UPLOAD_NOT_READY", "CAPTURE_MALFORMED"),
  },
})
const list = createRoute({
  method: "get",
  path: "/v1/captures",
  request: { query: captureQuery },
  responses: { 200: jsonAnswer("Newest first", captureList), ...problemAnswers("NOT_SIGNED_IN") },
})
const show = createRoute({
  method: "get",
  path,
  request,
  responses: { 200: jsonAnswer("The capture", captureAnswer), ...missing },
})
const remove = createRoute({
  method: "delete",
  path,
  request: { ...request, ...jsonBody(deleteBody) },
  responses: {
    204: { description: "Deleted, also when it was before, or never came" },
    ...problemAnswers("NOT_SIGNED_IN", "TOMBSTONE_INVALID"),
  },
})

const bytesRoute = <const Name extends string>(name: Name, description: string) =>
  createRoute({
    method: "get",
    path: `${path}/${name}`,
    request,
    responses: { 200: bytesAnswer(description), ...missing },
  })
const thumbnail = bytesRoute("thumbnail", "The sealed thumbnail")
const chunks = bytesRoute("chunks", "SHA-256 of each sealed chunk, 32 bytes for each 64 KiB")
const media = bytesRoute("media", "The sealed media; Range is answered by 206")
const exported = bytesRoute("export", "Header and media: one age file")

export function captureRoutes(
  app: Router,
  ports: AppPorts,
  credential: SessionCredential,
  adding: MiddlewareHandler<AppEnv>,
): void {
  const { captures, blobs } = ports.storage
  const middleware = [credential.required]

  app.openapi({ ...commit, middleware: [adding] }, async (c) => {
    const { accountId, deviceId } = c.get("adder")
    if (deviceId !== undefined) checkOwnHead(c.req.valid("json").head, deviceId)
    const offered = { accountId, captureId: c.req.valid("param").id, ...c.req.valid("json") }
    const isNew = (await commitCapture(offered, ports)) === "committed"
    if (isNew && deviceId !== undefined)
      ports.alerts.deviceCaptured({ accountId, deviceId, captureId: offered.captureId })
    return c.body(null, isNew ? 201 : 200)
  })
  app.openapi({ ...list, middleware }, async (c) => {
    const { cursor: before, limit } = c.req.valid("query")
    const found = await captures.list(c.get("session").accountId, { before, limit: limit + 1 })
    const page = found.slice(0, limit)
    const next = found.length > limit ? String(page.at(-1)?.position) : null
    return c.json({ captures: page.map(toAnswer), next }, 200)
  })
  app.openapi({ ...show, middleware }, async (c) => {
    return c.json(toAnswer(await standing(captures, c.get("session").accountId, c.req.valid("param").id)), 200)
  })
  app.openapi({ ...remove, middleware }, async (c) => {
    const { accountId } = c.get("session")
    await deleteCapture({ accountId, captureId: c.req.valid("param").id, ...c.req.valid("json") }, ports)
    return c.body(null, 204)
  })
  for (const [route, name] of [
    [thumbnail, "thumbnail"],
    [chunks, "chunks"],
  ] as const) {
    app.openapi({ ...route, middleware }, async (c) => {
      const { accountId } = c.get("session")
      const { captureId } = await standing(captures, accountId, c.req.valid("param").id)
      const part = await captures.part(accountId, captureId, name)
      if (part === undefined) throw captureDeleted()
      return sealedPart(part)
    })
  }
  app.openapi({ ...media, middleware }, async (c) => {
    return await sealedMedia(c, blobs, await standing(captures, c.get("session").accountId, c.req.valid("param").id))
  })
  app.openapi({ ...exported, middleware }, async (c) => {
    return await sealedFile(c, blobs, await standing(captures, c.get("session").accountId, c.req.valid("param").id))
  })
}

async function standing(captures: CapturesStore, accountId: string, captureId: string): Promise<CaptureSummary> {
  const found = await captures.find(accountId, captureId)
  if (found === "deleted") throw captureDeleted()
  if (found === undefined) throw new Problem("CAPTURE_NOT_FOUND", "Cannot answer: there is no such capture")
  return found
}

function toAnswer(capture: CaptureSummary) {
  const { captureId, mediaBytes, thumbnailBytes, committedOn } = capture
  return {
    captureId,
    header: toBase64Url(capture.header),
    record: toBase64Url(capture.record),
    sealing: toBase64Url(capture.sealing),
    private: toBase64Url(capture.private),
    ...{ mediaBytes, thumbnailBytes, committedOn },
  }
}
