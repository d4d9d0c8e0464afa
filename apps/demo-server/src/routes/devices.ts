import { openDeviceLogin } from "@darkslide/capture"
import { isDarkslideError, readAccountState } from "@darkslide/crypto"
import { createRoute, z } from "@hono/zod-openapi"
import { randomBytes } from "node:crypto"
import { countTries, refundTries, type CountedTry } from "../accounts/attempts.ts"
import type { DeviceTokens } from "../accounts/device-tokens.ts"
import { createPending } from "../accounts/pending-logins.ts"
import { binary } from "../http/binary-field.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { jsonAnswer, jsonBody } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import type { AppPorts } from "../ports.ts"

const id = z.string().regex(/^[a-z2-7]{26}$/)

const start = createRoute({
  method: "post",
  path: "/v1/devices/login/start",
  request: jsonBody(z.strictObject({ accountId: id, deviceId: id })),
  responses: {
    200: jsonAnswer("Always, also for an unknown device", z.object({ loginId: z.string(), challenge: z.string() })),
    ...problemAnswers("REQUEST_INVALID", "RATE_LIMITED"),
  },
})

const finish = createRoute({
  method: "post",
  path: "/v1/devices/login/finish",
  request: jsonBody(z.strictObject({ loginId: z.string().max(64), login: binary({ min: 1, max: 4096 }) })),
  responses: {
    200: jsonAnswer("Signed in, to add captures only", z.object({ token: z.string(), expiresAt: z.number().int() })),
    ...problemAnswers("DEVICE_REFUSED", "REQUEST_INVALID"),
  },
})

interface PendingDevice {
  readonly accountId: string
  readonly deviceId: string
  readonly challenge: string
  readonly tries: readonly CountedTry[]
}

/** Devices without a person: each proves the key that the account's owner signed in. */
export function deviceRoutes(app: Router, ports: AppPorts, devices: DeviceTokens): void {
  const pending = createPending<PendingDevice>(ports.now)

  app.openapi(start, async (c) => {
    const tries = [{ limiter: ports.limiters.loginsPerAddress, key: `device ${ports.addressOf(c)}` }]
    await countTries(tries)
    const challenge = randomBytes(32).toString("base64url")
    return c.json({ loginId: pending.add({ ...c.req.valid("json"), challenge, tries }), challenge }, 200)
  })

  app.openapi(finish, async (c) => {
    const { loginId, login: document } = c.req.valid("json")
    const login = pending.take(loginId)
    const account = login && (await ports.storage.accounts.find(login.accountId))
    if (!account || !provesDevice(document, account.state, login))
      throw new Problem(
        "DEVICE_REFUSED",
        "Cannot sign in device: the account does not know it, or its proof does not hold",
      )
    await refundTries(login.tries)
    return c.json(devices.open({ accountId: login.accountId, deviceId: login.deviceId }), 200)
  })
}

function provesDevice(document: Uint8Array, state: Uint8Array, login: PendingDevice): boolean {
  try {
    return openDeviceLogin(document, readAccountState(state), login.challenge).deviceId === login.deviceId
  } catch (error) {
    if (isDarkslideError(error)) return false
    throw error
  }
}
