import type { OpaqueLoginState } from "@darkslide/crypto"
import { randomBytes } from "node:crypto"
import type { CountedTry } from "./attempts.ts"

/** A login between its two messages. */
export interface PendingLogin {
  readonly state: OpaqueLoginState
  /** Null for the decoy. */
  readonly accountId: string | null
  /** Of the handle, and whom the login came from: what is counted when it fails. */
  readonly credential: string
  readonly address: string
  /** Refunded when the login succeeds. */
  readonly tries: readonly CountedTry[]
}

const lifetimeMs = 60_000
const most = 10_000

/** Kept on the server and taken once: a state that travelled sealed to the client could be replayed. */
export interface Pending<Login> {
  add(login: Login): string
  /** `undefined` when it is unknown, was taken, or is older than 60 seconds. */
  take(loginId: string): Login | undefined
}

/** @param lapsed - Told of each that nobody took in time: a client that knows it failed need not say so. */
export function createPending<Login extends object>(
  now: () => number,
  lapsed: (login: Login) => void = () => undefined,
): Pending<Login> {
  // In order of age: a Map keeps the order of insertion.
  const pending = new Map<string, Login & { readonly expiresAt: number }>()
  const dropOldest = (time: number) => {
    for (const [loginId, login] of pending) {
      if (login.expiresAt > time && pending.size < most) return
      pending.delete(loginId)
      lapsed(login)
    }
  }
  let looking: NodeJS.Timeout | undefined
  const lookLater = () => {
    looking ??= setTimeout(() => {
      looking = undefined
      dropOldest(now())
      if (pending.size > 0) lookLater()
    }, lifetimeMs / 4).unref()
  }
  return {
    add(login) {
      dropOldest(now())
      const loginId = randomBytes(16).toString("base64url")
      pending.set(loginId, { ...login, expiresAt: now() + lifetimeMs })
      lookLater()
      return loginId
    },
    take(loginId) {
      const login = pending.get(loginId)
      pending.delete(loginId)
      return login !== undefined && login.expiresAt > now() ? login : undefined
    },
  }
}
