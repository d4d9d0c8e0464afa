import {
  AccountError,
  createRegistrationRequest,
  finalizeRegistration,
  generateKE1,
  generateKE3,
  isDarkslideError,
  toBase64Url,
  type Stretch,
} from "@darkslide/crypto"
import type { Api } from "../http/api.ts"
import { ServerError } from "../http/server-error.ts"
import { loggedIn, loginStarted, registerStarted, suite } from "./account-messages.ts"
import type { Credentials, ProgressOptions } from "./account-service.ts"
import type * as z from "zod/mini"

/** RFC 9807 section 4.1.3: a MAC of 64 bytes. */
const ke3Bytes = 64

/** What both messages of a registration or login leave with the client. */
export interface OpaqueResult {
  readonly exportKey: Uint8Array
  readonly serverPublicKey: Uint8Array
}

/** `cookie`: the browser keeps the session. `bearer`: the answer names a token, for clients without cookies. */
export type SessionTransport = "cookie" | "bearer"

export interface OpaqueOptions extends ProgressOptions {
  readonly stretch: Stretch
}

/** Both messages of a registration, up to the record; the caller sends it with the new account. */
export async function startRegistration(
  api: Api,
  { handle, password }: Credentials,
  options: OpaqueOptions,
): Promise<OpaqueResult & { readonly record: Uint8Array }> {
  options.onStep?.("asking")
  const { request, state } = createRegistrationRequest(password)
  const answer = await api.json(registerStarted, "POST", "/v1/register/start", {
    body: { handle, suite, request: toBase64Url(request) },
    signal: options.signal,
  })
  checkSuite(answer.suite)
  options.onStep?.("stretching")
  const result = await finalizeRegistration(state, answer.response, { stretch: options.stretch })
  options.signal?.throwIfAborted()
  return result
}

/**
 * A whole login.
 * @param options.pin - The key that this browser knows the server by.
 * @throws AccountError `ACCOUNT_LOGIN_FAILED`, `ACCOUNT_SERVER_CHANGED`, `ACCOUNT_SUITE_REFUSED`
 */
export async function logIn(
  api: Api,
  { handle, password }: Credentials,
  options: OpaqueOptions & { pin?: Uint8Array | undefined; transport: SessionTransport },
): Promise<OpaqueResult & { readonly answer: z.infer<typeof loggedIn> }> {
  options.onStep?.("asking")
  const { ke1, state } = generateKE1(password)
  const started = await api.json(loginStarted, "POST", "/v1/login/start", {
    body: { handle, suite, ke1: toBase64Url(ke1) },
    signal: options.signal,
  })
  checkSuite(started.suite)
  options.onStep?.("stretching")
  const finish = (ke3: Uint8Array) => ({
    body: { loginId: started.loginId, ke3: toBase64Url(ke3), session: options.transport },
    signal: options.signal,
  })
  const stretching = { stretch: options.stretch, serverPublicKey: options.pin }
  const proof = await generateKE3(state, started.ke2, stretching).catch(async (error: unknown) => {
    // The server cannot know yet that this login failed, and its owner wants to hear of it. Its answer changes nothing.
    if (isDarkslideError(error, "ACCOUNT_LOGIN_FAILED"))
      await api.send("POST", "/v1/login/finish", finish(new Uint8Array(ke3Bytes))).catch(() => undefined)
    throw error
  })
  options.onStep?.("proving")
  const answer = await api.json(loggedIn, "POST", "/v1/login/finish", finish(proof.ke3)).catch((error: unknown) => {
    if (error instanceof ServerError && error.code === "LOGIN_FAILED")
      throw new AccountError("ACCOUNT_LOGIN_FAILED", "Cannot log in: wrong handle or password", { cause: error })
    throw error
  })
  return { exportKey: proof.exportKey, serverPublicKey: proof.serverPublicKey, answer }
}

/** @throws AccountError `ACCOUNT_SUITE_REFUSED`: no server talks this client into other parameters. */
function checkSuite(offered: number): void {
  if (offered !== suite)
    throw new AccountError("ACCOUNT_SUITE_REFUSED", `Cannot log in: the server wants suite ${offered}`)
}
