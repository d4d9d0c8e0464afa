import { z } from "@hono/zod-openapi"
import { binary, binaryOf, binaryText } from "../http/binary-field.ts"

const handle = z.string().max(256)
export const suite = z.literal(1)
const sealedBlob = binary({ min: 1, max: 256 * 1024 })
const signedDocument = binary({ min: 1, max: 256 * 1024 })
const transport = z.enum(["cookie", "bearer"]).optional().openapi({ description: "Default cookie." })
const loginId = z.string().max(64)

export const registerStart = z.strictObject({ handle, suite, request: binaryOf(32) })
export const registerFinish = z.strictObject({
  handle,
  suite,
  record: binaryOf(192),
  accountId: z.string().regex(/^[a-z2-7]{26}$/),
  wrap: binary({ min: 1, max: 4096 }),
  keyring: sealedBlob,
  state: signedDocument,
  session: transport,
})
export const loginStart = z.strictObject({ handle, suite, ke1: binaryOf(96) })
export const loginFinish = z.strictObject({ loginId, ke3: binaryOf(64), session: transport })
export const nextState = z.strictObject({ state: signedDocument, keyring: sealedBlob })

const time = z.number().int().openapi({ description: "Milliseconds since 1970." })
export const sessionTimes = { id: z.string(), createdAt: time, expiresAt: time }
const storedAccount = { accountId: z.string(), wrap: binaryText, keyring: binaryText, state: binaryText }

export const signedIn = z
  .object({ ...storedAccount, session: z.object(sessionTimes), token: z.string().optional() })
  .openapi("SignedIn")
export const accountAnswer = z
  .object({ ...storedAccount, usage: z.object({ bytes: z.number().int(), quotaBytes: z.number().int() }) })
  .openapi("Account")
export const currentSession = z.object({ ...sessionTimes, accountId: z.string() }).openapi("CurrentSession")
export const sessionList = z
  .object({ sessions: z.array(z.object({ ...sessionTimes, seenAt: time, current: z.boolean() })) })
  .openapi("Sessions")
