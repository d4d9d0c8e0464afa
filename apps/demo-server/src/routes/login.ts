import { currentSuite, finishOpaqueLogin, generateKE2, isDarkslideError, toBase64Url } from "@darkslide/crypto"
import { createRoute, z } from "@hono/zod-openapi"
import { countTries, refundTries } from "../accounts/attempts.ts"
import { credentialId } from "../accounts/credential-id.ts"
import { createPending } from "../accounts/pending-logins.ts"
import type { PendingLogin } from "../accounts/pending-logins.ts"
import { checkTransport } from "../accounts/sign-in.ts"
import type { SignIn } from "../accounts/sign-in.ts"
import { binaryText } from "../http/binary-field.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { jsonAnswer, jsonBody } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import type { SessionCredential } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"
import { loginFinish, loginStart, signedIn, suite } from "./account-schemas.ts"

const start = createRoute({
  method: "post",
  path: "/v1/login/start",
  request: jsonBody(loginStart),
  responses: {
    200: jsonAnswer("Always, also for an unknown handle", z.object({ suite, loginId: z.string(), ke2: binaryText })),
    ...problemAnswers("REQUEST_INVALID", "RATE_LIMITED"),
  },
})

const finish = createRoute({
  method: "post",
  path: "/v1/login/finish",
  request: jsonBody(loginFinish),
  responses: {
    200: jsonAnswer("Signed in", signedIn),
    ...problemAnswers("LOGIN_FAILED", "REQUEST_INVALID"),
  },
})

export function loginRoutes(app: Router, ports: AppPorts, credential: SessionCredential, signIn: SignIn): void {
  const { accounts, secrets } = ports.storage
  const pending = createPending<PendingLogin>(ports.now, (login) => ports.alerts.loginFailed(login))
  const failed = () => new Problem("LOGIN_FAILED", "Cannot sign in: the handle or the password is wrong")

  app.openapi(start, async (c) => {
    const { handle, ke1 } = c.req.valid("json")
    const { bytes, text } = credentialId(handle, secrets.pepper)
    const session = await credential.find(c)
    const { record, accountId } = await accounts.registrationOrDecoy(text)
    // Whoever is signed in to the account has a count of their own: strangers' tries cannot lock them out.
    const known = session !== undefined && session.accountId === accountId
    const tries = [
      { limiter: ports.limiters.loginsPerAddress, key: ports.addressOf(c) },
      { limiter: ports.limiters.loginsPerHandle, key: known ? `session ${session.id}` : text },
    ]
    await countTries(tries)
    const { ke2, state } = generateKE2(ke1, { keys: secrets.opaque, credentialId: bytes, record })
    const loginId = pending.add({ state, accountId, credential: text, address: ports.addressOf(c), tries })
    return c.json({ suite: currentSuite, loginId, ke2: toBase64Url(ke2) }, 200)
  })

  app.openapi(finish, async (c) => {
    const { loginId, ke3, session: transport = "cookie" } = c.req.valid("json")
    checkTransport(c, transport)
    const login = pending.take(loginId)
    if (login === undefined) throw failed()
    if (!provesPassword(login, ke3) || login.accountId === null) {
      ports.alerts.loginFailed(login)
      throw failed()
    }
    const account = await accounts.find(login.accountId)
    if (account === undefined) throw failed()
    await refundTries(login.tries)
    return c.json(await signIn(c, account, transport), 200)
  })
}

function provesPassword({ state }: PendingLogin, ke3: Uint8Array): boolean {
  try {
    finishOpaqueLogin(state, ke3)
    return true
  } catch (error) {
    if (isDarkslideError(error)) return false
    throw error
  }
}
