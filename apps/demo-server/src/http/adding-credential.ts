import type { MiddlewareHandler } from "hono"
import type { DeviceTokens } from "../accounts/device-tokens.ts"
import type { AppEnv } from "./app-env.ts"
import { bearerToken, type SessionCredential } from "./session-credential.ts"

/**
 * Lets in whoever may add captures: a device by its token, anyone else by a session. Only routes that add stand behind
 * it; everything else wants a session, so that a device's token can neither list, read nor delete.
 */
export function createAddingCredential(
  devices: DeviceTokens,
  credential: SessionCredential,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const token = bearerToken(c)
    const device = token === undefined ? undefined : devices.find(token)
    if (device !== undefined) {
      c.set("adder", device)
      return await next()
    }
    return await credential.required(c, async () => {
      c.set("adder", { accountId: c.get("session").accountId })
      await next()
    })
  }
}
