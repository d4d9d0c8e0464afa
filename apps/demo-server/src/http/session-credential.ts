import type { Context, MiddlewareHandler } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import type { SessionKeeper } from "../accounts/session-keeper.ts"
import type { Session } from "../storage/sessions-store.ts"
import type { AppEnv } from "./app-env.ts"
import { Problem } from "./problem.ts"

/** `__Host-` binds the cookie to this very host over https; plain http has no such thing. */
const cookieName = { https: "__Host-darkslide", http: "darkslide" } as const
export const cookieNames: readonly string[] = Object.values(cookieName)

export type Scheme = keyof typeof cookieName

/** Reads and writes what a client shows to prove its session: a bearer token or the cookie. */
export interface SessionCredential {
  /** The session of the request, if it shows a living one. */
  find(c: Context<AppEnv>): Promise<Session | undefined>
  setCookie(c: Context<AppEnv>, token: string): void
  clearCookie(c: Context<AppEnv>): void
  /** Puts the session into the context, or refuses with `NOT_SIGNED_IN`. */
  readonly required: MiddlewareHandler<AppEnv>
}

export function bearerToken(c: Context<AppEnv>): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{43})$/.exec(c.req.header("authorization") ?? "")?.[1]
}

export function createSessionCredential(
  keeper: SessionKeeper,
  schemeOf: (request: Request) => Scheme,
): SessionCredential {
  const options = (c: Context<AppEnv>) => ({
    httpOnly: true,
    sameSite: "Strict" as const,
    path: "/",
    secure: schemeOf(c.req.raw) === "https",
  })
  const shown = (c: Context<AppEnv>) => {
    const bearer = bearerToken(c)
    if (bearer !== undefined) return { transport: "bearer", token: bearer }
    // A cookie counts only for this server's own pages, and where no browser is at work.
    if (c.get("origin") !== "same" && c.get("origin") !== "none") return undefined
    const cookie = getCookie(c, cookieName[schemeOf(c.req.raw)])
    return cookie === undefined ? undefined : { transport: "cookie", token: cookie }
  }
  const find = async (c: Context<AppEnv>) => {
    const credential = shown(c)
    const session = credential === undefined ? undefined : await keeper.find(credential.token)
    return session?.transport === credential?.transport ? session : undefined
  }

  return {
    find,
    setCookie: (c, token) =>
      setCookie(c, cookieName[schemeOf(c.req.raw)], token, { ...options(c), maxAge: 90 * 86_400 }),
    clearCookie: (c) => void deleteCookie(c, cookieName[schemeOf(c.req.raw)], options(c)),
    async required(c, next) {
      const session = await find(c)
      if (session === undefined) {
        const headers = { "www-authenticate": 'Bearer realm="darkslide"' }
        throw new Problem("NOT_SIGNED_IN", "Cannot answer: no living session was shown", { headers })
      }
      c.set("session", session)
      return await next()
    },
  }
}
