import { createHash, randomBytes } from "node:crypto"
import type { Session, SessionTransport, SessionsStore } from "../storage/sessions-store.ts"

const dayMs = 86_400_000
const idleMs = 14 * dayMs
const absoluteMs = 90 * dayMs
/** `seenAt` is written at most this often, in milliseconds. */
const seenEveryMs = 3_600_000

/** A session with the token that its client holds. The token is nowhere else: only its hash is kept. */
export interface OpenedSession {
  readonly session: Session
  readonly token: string
}

export type SessionKeeper = ReturnType<typeof createSessionKeeper>

export function createSessionKeeper(sessions: SessionsStore, now: () => number) {
  const fresh = () => {
    const token = randomBytes(32).toString("base64url")
    return { token, tokenHash: hashToken(token) }
  }
  const startingNow = () => {
    const at = now()
    return { createdAt: at, seenAt: at, steppedUpAt: at, expiresAt: at + idleMs }
  }
  const open = async (accountId: string, transport: SessionTransport): Promise<OpenedSession> => {
    const { token, tokenHash } = fresh()
    const session = { id: randomBytes(16).toString("base64url"), accountId, transport, ...startingNow() }
    await sessions.insert(session, tokenHash)
    return { session, token }
  }

  return {
    open,

    /** A login inside a session of the same account keeps its id; the token changes, as after any login. */
    async renew(old: Session): Promise<OpenedSession> {
      const { token, tokenHash } = fresh()
      const session = { ...old, ...startingNow() }
      return (await sessions.renew(session, tokenHash)) ? { session, token } : await open(old.accountId, old.transport)
    },

    /** The living session of a token. Idle for 14 days or 90 days old, it is gone. */
    async find(token: string): Promise<Session | undefined> {
      const at = now()
      const session = await sessions.findByToken(hashToken(token), at)
      if (session === undefined || at - session.seenAt < seenEveryMs) return session
      const times = { seenAt: at, expiresAt: Math.min(at + idleMs, session.createdAt + absoluteMs) }
      await sessions.touch(session.id, times)
      return { ...session, ...times }
    },
  }
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url")
}
