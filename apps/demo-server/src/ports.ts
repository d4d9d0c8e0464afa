import type { Forwarder } from "@darkslide/rooms/werift"
import type { Context } from "hono"
import type { Logger } from "pino"
import type { ServerAlerts } from "./alerts/server-alerts.ts"
import type { RateLimiter } from "./accounts/rate-limiter.ts"
import type { TurnConfiguration } from "./config.ts"
import type { AppEnv } from "./http/app-env.ts"
import type { OriginPolicy } from "./http/origin-check.ts"
import type { InboxKeeper } from "./inbox/inbox-keeper.ts"
import type { Nearby } from "./rooms/nearby.ts"
import type { ServerRooms } from "./rooms/open-rooms.ts"
import type { ServerStorage } from "./storage/storage.ts"

/** What the routes stand on. Tests pass real ones over a temporary folder. */
export interface AppPorts {
  readonly storage: ServerStorage
  readonly alerts: ServerAlerts
  readonly inbox: InboxKeeper
  readonly rooms: Omit<ServerRooms, "close">
  /** Where this server looks around on its networks. */
  readonly nearby?: Nearby | undefined
  /** What passes calls on. */
  readonly forwarder?: Forwarder | undefined
  /** The relay of calls that this server knows. */
  readonly turn?: TurnConfiguration | undefined
  readonly log: Logger
  readonly limits: ServerLimits
  readonly origins: OriginPolicy
  readonly limiters: Limiters
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Folder of the built web app; a page that says how to build it stands in when it is not there. */
  readonly webFolder: string
  /** Where a request comes from, for the rate limits only: never logged, never stored. */
  readonly addressOf: (c: Context<AppEnv>) => string
}

export interface ServerLimits {
  /** For each account. */
  readonly quotaBytes: number
  /** How long an upload may stay without a capture, in milliseconds. */
  readonly uploadLifetimeMs: number
  /** For each account at one time. */
  readonly openUploads: number
}

export interface Limiters {
  /** Failed logins by handle; and, by session, those of someone already signed in to that account. */
  readonly loginsPerHandle: RateLimiter
  readonly loginsPerAddress: RateLimiter
  readonly registrationsPerAddress: RateLimiter
  /** Test messages of an account. */
  readonly alertTests: RateLimiter
  readonly hubConnectionsPerAddress: RateLimiter
  readonly roomItemsPerAddress: RateLimiter
}
