import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { hmac } from "@noble/hashes/hmac.js"
import { sha1 } from "@noble/hashes/legacy.js"

/** As browsers take it: one of `iceServers`. */
export interface TurnServer {
  readonly urls: readonly string[]
  readonly username: string
  readonly credential: string
  /** When it ends, in milliseconds since 1970. Whoever is connected by then stays so. */
  readonly expiresAt: number
}

export interface TurnCredentialOptions {
  /** Such as `turn:turn.example:3478?transport=udp`. */
  readonly urls: readonly string[]
  /** What the TURN server has as `static-auth-secret`; at least 16 UTF-16 units. */
  readonly secret: string
  /** Default: an hour. From 60 to 86,400. */
  readonly lifetimeSeconds?: number | undefined
  /** Milliseconds since 1970. Default: now. */
  readonly now?: number | undefined
}

/**
 * Credentials for a TURN server that knows the same secret, such as coturn with `use-auth-secret` (TURN REST API,
 * draft-uberti-behave-turn-rest-00). They name nobody. Give them to members alone: a relay costs bandwidth.
 * @throws RangeError
 *
 * @example
 * ```ts
 * import { turnCredentials } from "@darkslide/rooms/server"
 *
 * const { urls, username, credential, expiresAt } = turnCredentials({
 *   urls: ["turn:turn.example:3478"],
 *   secret: "shared with the TURN server",
 * })
 * assert.match(username, /^\d+:/)
 * assert.equal(credential.length, 28)
 * assert.equal(urls.length, 1)
 * assert.ok(expiresAt > Date.now())
 * ```
 */
export function turnCredentials(options: TurnCredentialOptions): TurnServer {
  const { urls, secret, lifetimeSeconds = 3600, now = Date.now() } = options
  if (secret.length < 16) throw new RangeError("secret must have 16 UTF-16 units or more")
  if (!(lifetimeSeconds >= 60 && lifetimeSeconds <= 86_400))
    throw new RangeError("lifetimeSeconds must be from 60 to 86,400")
  const expires = Math.floor(now / 1000) + Math.floor(lifetimeSeconds)
  // The scheme's user id: another each time, so that the relay cannot tell visits of one person.
  const username = `${expires}:${toBase64Url(randomBytes(12))}`
  const utf8 = new TextEncoder()
  // HMAC-SHA-1 is what the scheme names; its collisions are of no use here.
  const mac = hmac(sha1, utf8.encode(secret), utf8.encode(username))
  return { urls: [...urls], username, credential: btoa(String.fromCharCode(...mac)), expiresAt: expires * 1000 }
}
