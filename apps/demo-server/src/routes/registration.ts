import { createRegistrationResponse, currentSuite, generateKE1, generateKE2, toBase64Url } from "@darkslide/crypto"
import { createRoute } from "@hono/zod-openapi"
import { countTries } from "../accounts/attempts.ts"
import { checkFirstState } from "../accounts/check-account-state.ts"
import { credentialId } from "../accounts/credential-id.ts"
import { checkTransport } from "../accounts/sign-in.ts"
import type { SignIn } from "../accounts/sign-in.ts"
import { binaryText } from "../http/binary-field.ts"
import { dayOf } from "../http/day.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { jsonAnswer, jsonBody } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import type { AppPorts } from "../ports.ts"
import { registerFinish, registerStart, signedIn, suite } from "./account-schemas.ts"
import { z } from "@hono/zod-openapi"

const start = createRoute({
  method: "post",
  path: "/v1/register/start",
  request: jsonBody(registerStart),
  responses: {
    200: jsonAnswer("The server's half of the registration", z.object({ suite, response: binaryText })),
    ...problemAnswers("HANDLE_TAKEN", "REQUEST_INVALID", "RATE_LIMITED"),
  },
})

const finish = createRoute({
  method: "post",
  path: "/v1/register/finish",
  request: jsonBody(registerFinish),
  responses: {
    201: jsonAnswer("The account stands and is signed in", signedIn),
    ...problemAnswers("HANDLE_TAKEN", "ACCOUNT_TAKEN", "STATE_INVALID", "REQUEST_INVALID", "RATE_LIMITED"),
  },
})

export function registrationRoutes(app: Router, ports: AppPorts, signIn: SignIn): void {
  const { accounts, secrets } = ports.storage
  const handleTaken = () => new Problem("HANDLE_TAKEN", "Cannot create account: the handle is taken")

  app.openapi(start, async (c) => {
    const { handle, request } = c.req.valid("json")
    await countTries([{ limiter: ports.limiters.registrationsPerAddress, key: `start ${ports.addressOf(c)}` }])
    const credential = credentialId(handle, secrets.pepper)
    if (await accounts.isRegistered(credential.text)) throw handleTaken()
    const response = createRegistrationResponse(request, { keys: secrets.opaque, credentialId: credential.bytes })
    return c.json({ suite: currentSuite, response: toBase64Url(response) }, 200)
  })

  app.openapi(finish, async (c) => {
    const { handle, record, accountId, wrap, keyring, state, session: transport = "cookie" } = c.req.valid("json")
    checkTransport(c, transport)
    await countTries([{ limiter: ports.limiters.registrationsPerAddress, key: `finish ${ports.addressOf(c)}` }])
    const credential = credentialId(handle, secrets.pepper)
    const { n: stateNumber } = checkFirstState({ state, keyring }, accountId)
    // A record that OPAQUE cannot answer with would make logins to this handle differ from all others: try it once.
    generateKE2(generateKE1("").ke1, { keys: secrets.opaque, credentialId: credential.bytes, record })
    const account = { accountId, wrap, keyring, state, stateNumber }
    const createdOn = dayOf(ports.now())
    const result = await accounts.register({ ...account, credentialId: credential.text, record, createdOn })
    if (result === "handle-taken") throw handleTaken()
    if (result === "account-taken") {
      throw new Problem("ACCOUNT_TAKEN", "Cannot create account: these keys are registered already")
    }
    await ports.alerts.reload(accountId)
    return c.json(await signIn(c, account, transport), 201)
  })
}
