import { toBase64Url } from "@darkslide/crypto"
import type { Context } from "hono"
import type { AppEnv } from "../http/app-env.ts"
import { Problem } from "../http/problem.ts"
import type { SessionCredential } from "../http/session-credential.ts"
import type { Account } from "../storage/accounts-store.ts"
import type { Session, SessionTransport, SessionsStore } from "../storage/sessions-store.ts"
import type { OpenedSession, SessionKeeper } from "./session-keeper.ts"

/** What a client gets that proved the password, after a login or a registration. */
export type SignIn = (c: Context<AppEnv>, account: Account, transport: SessionTransport) => Promise<SignedIn>

export interface SignedIn {
  readonly accountId: string
  readonly wrap: string
  readonly keyring: string
  readonly state: string
  readonly session: { readonly id: string; readonly createdAt: number; readonly expiresAt: number }
  readonly token?: string
}

export interface SignInPorts {
  readonly keeper: SessionKeeper
  readonly credential: SessionCredential
  readonly sessions: SessionsStore
}

/** Opens a session, or renews the one of the same account that the request shows. */
export function createSignIn({ keeper, credential, sessions }: SignInPorts): SignIn {
  const openOrRenew = async (shown: Session | undefined, accountId: string, transport: SessionTransport) => {
    if (shown === undefined || shown.transport !== transport) return await keeper.open(accountId, transport)
    if (shown.accountId === accountId) return await keeper.renew(shown)
    // The new cookie takes the old one's place: nobody could use or end that session any more.
    if (transport === "cookie") await sessions.remove(shown.id, shown.accountId)
    return await keeper.open(accountId, transport)
  }
  return async (c, account, transport) => {
    const opened = await openOrRenew(await credential.find(c), account.accountId, transport)
    if (transport === "cookie") credential.setCookie(c, opened.token)
    return answer(account, opened)
  }
}

/**
 * Cookies are for this server's own pages, bearer tokens for everyone else.
 * @throws Problem `ORIGIN_REFUSED`
 */
export function checkTransport(c: Context<AppEnv>, transport: SessionTransport): void {
  if ((c.get("origin") === "same") === (transport === "cookie")) return
  throw new Problem(
    "ORIGIN_REFUSED",
    transport === "cookie"
      ? "Cannot open a cookie session: the request does not come from this server's own page"
      : "Cannot open a bearer session: this server's own page uses a cookie",
  )
}

function answer(account: Account, { session, token }: OpenedSession): SignedIn {
  const { id, createdAt, expiresAt } = session
  return {
    accountId: account.accountId,
    wrap: toBase64Url(account.wrap),
    keyring: toBase64Url(account.keyring),
    state: toBase64Url(account.state),
    session: { id, createdAt, expiresAt },
    ...(session.transport === "bearer" ? { token } : {}),
  }
}
