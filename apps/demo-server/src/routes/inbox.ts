import { readAccountState, toBase64Url } from "@darkslide/crypto"
import { createRoute, z } from "@hono/zod-openapi"
import { createHash, randomBytes } from "node:crypto"
import { sealedMedia, sealedPart } from "../captures/sealed-bytes.ts"
import { binary, id16 } from "../http/binary-field.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { bytesAnswer, jsonAnswer, jsonBody } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import { bearerToken, type SessionCredential } from "../http/session-credential.ts"
import { captureFields } from "./capture-schemas.ts"
import { checkInboxUpload, toSpooled } from "../inbox/inbox-upload.ts"
import type { AppPorts } from "../ports.ts"

const kib = 1024
const deviceId = z.string().regex(/^[a-z2-7]{26}$/)
const content = z.enum(["link", "sealed", "clear"])
const time = z.number().int()

const uploadBody = z.strictObject({
  captureId: id16,
  header: binary({ min: 1, max: 16 * kib }),
  record: binary({ min: 1, max: 16 * kib }),
  sealing: binary({ min: 1, max: 16 * kib }),
  private: binary({ min: 1, max: 64 * kib }),
  thumbnail: binary({ min: 1, max: 128 * kib }),
  chunks: binary({ min: 1, max: 1 * kib }),
  head: binary({ min: 1, max: 16 * kib }),
  media: binary({ min: 1, max: 512 * kib }),
  picture: binary({ min: 1, max: 512 * kib }).optional(),
})

const upload = createRoute({
  method: "post",
  path: "/v1/inbox",
  request: jsonBody(uploadBody),
  responses: {
    202: { description: "On disk; it is in the inbox soon, or counted when there are too many" },
    ...problemAnswers("NOT_SIGNED_IN", "CAPTURE_MALFORMED", "DEVICE_REFUSED", "REQUEST_INVALID", "BUSY"),
  },
})

const item = z
  .object({
    captureId: z.string(),
    deviceId: z.string(),
    receivedAt: time,
    isReviewed: z.boolean(),
    ...captureFields,
    mediaBytes: time,
  })
  .openapi("InboxItem")
const attempts = z.object({ deviceId: z.string(), count: time, firstAt: time, lastAt: time }).openapi("InboxAttempts")
const list = createRoute({
  method: "get",
  path: "/v1/inbox",
  responses: {
    200: jsonAnswer("Newest first", z.object({ items: z.array(item), attempts: z.array(attempts) })),
    ...problemAnswers("NOT_SIGNED_IN"),
  },
})
const review = createRoute({
  method: "post",
  path: "/v1/inbox/reviewed",
  request: jsonBody(z.strictObject({ captureIds: z.array(id16).min(1).max(100) })),
  responses: { 204: { description: "Noted" }, ...problemAnswers("NOT_SIGNED_IN", "REQUEST_INVALID") },
})

const onItem = { params: z.object({ id: id16 }) }
const part = <const Name extends string>(name: Name, description: string) =>
  createRoute({
    method: "get",
    path: `/v1/inbox/{id}/${name}`,
    request: onItem,
    responses: { 200: bytesAnswer(description), ...problemAnswers("NOT_SIGNED_IN", "CAPTURE_NOT_FOUND") },
  })
const thumbnail = part("thumbnail", "The sealed thumbnail")
const chunks = part("chunks", "SHA-256 of each sealed chunk")
const media = part("media", "The sealed photo")
const remove = createRoute({
  method: "delete",
  path: "/v1/inbox/{id}",
  request: onItem,
  responses: {
    204: { description: "Gone, row and file; also when it was before" },
    ...problemAnswers("NOT_SIGNED_IN"),
  },
})

const onDevice = { params: z.object({ id: deviceId }) }
const arm = createRoute({
  method: "put",
  path: "/v1/inbox/devices/{id}",
  request: { ...onDevice, ...jsonBody(z.strictObject({ content })) },
  responses: {
    200: jsonAnswer("Armed: the token adds photos to this inbox, and nothing else", z.object({ token: z.string() })),
    ...problemAnswers("NOT_SIGNED_IN", "DEVICE_REFUSED", "REQUEST_INVALID"),
  },
})
const armed = createRoute({
  method: "get",
  path: "/v1/inbox/devices",
  responses: {
    200: jsonAnswer(
      "Armed browsers",
      z.object({ devices: z.array(z.object({ deviceId: z.string(), content, armedAt: time })) }),
    ),
    ...problemAnswers("NOT_SIGNED_IN"),
  },
})
const disarm = createRoute({
  method: "delete",
  path: "/v1/inbox/devices/{id}",
  request: onDevice,
  responses: { 204: { description: "Its token adds nothing any more" }, ...problemAnswers("NOT_SIGNED_IN") },
})

/** Photos that armed browsers took after failed logins. Those only add; the owner's session reads and deletes. */
export function inboxRoutes(app: Router, ports: AppPorts, credential: SessionCredential): void {
  const { storage, inbox: keeper, now } = ports
  const { inbox, blobs } = storage
  const middleware = [credential.required]
  const missing = () => new Problem("CAPTURE_NOT_FOUND", "Cannot answer: there is no such photo")

  app.openapi(upload, async (c) => {
    const token = bearerToken(c)
    const device = token === undefined ? undefined : await inbox.armedByToken(hashOf(token))
    if (device === undefined) throw new Problem("NOT_SIGNED_IN", "Cannot add photo: this browser is not armed")
    const photo = c.req.valid("json")
    checkInboxUpload(photo, device)
    const at = now()
    if ((await storage.spool.add(toSpooled(photo, device, at), at)) === undefined)
      throw new Problem("BUSY", "Cannot add photo: too many wait", { retryAfter: 60 })
    keeper.wake()
    return c.body(null, 202)
  })

  app.openapi({ ...list, middleware }, async (c) => {
    const { accountId } = c.get("session")
    const items = (await inbox.list(accountId)).map(({ blobId: _blobId, ...shown }) => ({
      ...shown,
      header: toBase64Url(shown.header),
      record: toBase64Url(shown.record),
      sealing: toBase64Url(shown.sealing),
      private: toBase64Url(shown.private),
    }))
    return c.json({ items, attempts: [...(await inbox.attempts(accountId))] }, 200)
  })
  app.openapi({ ...review, middleware }, async (c) => {
    await inbox.review(c.get("session").accountId, c.req.valid("json").captureIds)
    return c.body(null, 204)
  })
  for (const [route, name] of [
    [thumbnail, "thumbnail"],
    [chunks, "chunks"],
  ] as const) {
    app.openapi({ ...route, middleware }, async (c) => {
      const bytes = await inbox.part(c.get("session").accountId, c.req.valid("param").id, name)
      if (bytes === undefined) throw missing()
      return sealedPart(bytes)
    })
  }
  app.openapi({ ...media, middleware }, async (c) => {
    const found = await inbox.blob(c.get("session").accountId, c.req.valid("param").id)
    if (found === undefined) throw missing()
    return await sealedMedia(c, blobs, found)
  })
  app.openapi({ ...remove, middleware }, async (c) => {
    const { accountId } = c.get("session")
    await storage.removePhoto(accountId, c.req.valid("param").id)
    return c.body(null, 204)
  })

  app.openapi({ ...arm, middleware }, async (c) => {
    const { accountId } = c.get("session")
    const { id } = c.req.valid("param")
    const account = await storage.accounts.find(accountId)
    const certified = account && readAccountState(account.state).devices.find((known) => known.deviceId === id)
    if (certified?.scope !== "inbox" || certified.revoked !== undefined)
      throw new Problem("DEVICE_REFUSED", "Cannot arm browser: the account does not vouch for it")
    const token = randomBytes(32).toString("base64url")
    await inbox.arm({ accountId, deviceId: id, content: c.req.valid("json").content, armedAt: now() }, hashOf(token))
    return c.json({ token }, 200)
  })
  app.openapi({ ...armed, middleware }, async (c) => {
    const found = await inbox.armed(c.get("session").accountId)
    return c.json({ devices: found.map(({ accountId: _accountId, ...shown }) => shown) }, 200)
  })
  app.openapi({ ...disarm, middleware }, async (c) => {
    await inbox.disarm(c.get("session").accountId, c.req.valid("param").id)
    return c.body(null, 204)
  })
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url")
}
