import { toBase64Url } from "@darkslide/crypto"
import { createRoute, z } from "@hono/zod-openapi"
import { checkNextState, stateConflict } from "../accounts/check-account-state.ts"
import { problemAnswers } from "../http/problem-answers.ts"
import { Problem } from "../http/problem.ts"
import { jsonAnswer, jsonBody } from "../http/route-bodies.ts"
import type { Router } from "../http/router.ts"
import type { SessionCredential } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"
import { accountAnswer, nextState } from "./account-schemas.ts"

const show = createRoute({
  method: "get",
  path: "/v1/account",
  responses: {
    200: jsonAnswer("What the server stores of the account", accountAnswer),
    ...problemAnswers("NOT_SIGNED_IN"),
  },
})

const replaceState = createRoute({
  method: "put",
  path: "/v1/account/state",
  request: jsonBody(nextState),
  responses: {
    200: jsonAnswer("Stored", z.object({ n: z.number().int() })),
    ...problemAnswers("NOT_SIGNED_IN", "STATE_CONFLICT", "STATE_INVALID", "REQUEST_INVALID"),
  },
})

export function accountRoutes(app: Router, { storage, limits, now }: AppPorts, credential: SessionCredential): void {
  const { accounts } = storage
  const accountOf = async (accountId: string) => {
    const account = await accounts.find(accountId)
    if (account === undefined) throw new Problem("NOT_SIGNED_IN", "Cannot answer: the account is gone")
    return account
  }

  app.openapi({ ...show, middleware: [credential.required] }, async (c) => {
    const account = await accountOf(c.get("session").accountId)
    const usage = { bytes: await storage.usedBytes(account.accountId), quotaBytes: limits.quotaBytes }
    const { accountId } = account
    const [wrap, keyring, state] = [account.wrap, account.keyring, account.state].map(toBase64Url) as [
      string,
      string,
      string,
    ]
    return c.json({ accountId, wrap, keyring, state, usage }, 200)
  })

  app.openapi({ ...replaceState, middleware: [credential.required] }, async (c) => {
    const { accountId } = c.get("session")
    const offered = c.req.valid("json")
    const { n } = checkNextState(offered, await accountOf(accountId))
    const stored = await accounts.replaceState(accountId, { ...offered, number: n }, now())
    if (!stored) throw stateConflict(await accountOf(accountId))
    return c.json({ n }, 200)
  })
}
