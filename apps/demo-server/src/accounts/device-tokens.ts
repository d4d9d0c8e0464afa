import { createHash, randomBytes } from "node:crypto"

/** Whoever may add captures to an account: a person's session, or one device. */
export interface Adder {
  readonly accountId: string
  /** Set when a device without a person is at work: it adds its own captures only. */
  readonly deviceId?: string | undefined
}

const lifetimeMs = 15 * 60_000
const most = 100_000

export type DeviceTokens = ReturnType<typeof createDeviceTokens>

/**
 * Tokens of devices that proved their key. Short-lived and in memory alone: a device signs in again by itself, and a
 * revoked one is out within minutes.
 */
export function createDeviceTokens(now: () => number) {
  // In order of age, as a Map keeps it.
  const tokens = new Map<string, Adder & { readonly expiresAt: number }>()
  const dropOld = () => {
    for (const [hash, { expiresAt }] of tokens) {
      if (expiresAt > now() && tokens.size < most) return
      tokens.delete(hash)
    }
  }
  return {
    open(adder: Required<Adder>): { readonly token: string; readonly expiresAt: number } {
      dropOld()
      const token = randomBytes(32).toString("base64url")
      const expiresAt = now() + lifetimeMs
      tokens.set(hashOf(token), { ...adder, expiresAt })
      return { token, expiresAt }
    },
    find(token: string): Adder | undefined {
      const found = tokens.get(hashOf(token))
      return found !== undefined && found.expiresAt > now() ? found : undefined
    },
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url")
}
