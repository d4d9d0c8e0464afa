import { createRegistrationRequest, createRegistrationResponse, finalizeRegistration } from "@darkslide/crypto"
import type { OpaqueServerKeys } from "@darkslide/crypto"
import { randomBytes } from "node:crypto"

/**
 * A real registration whose password nobody knows: it answers logins to handles that do not exist, through the same
 * code and in the same bytes.
 */
export async function makeDecoyRecord(keys: OpaqueServerKeys): Promise<Uint8Array> {
  const { request, state } = createRegistrationRequest(randomBytes(32).toString("hex"))
  const response = createRegistrationResponse(request, { keys, credentialId: new Uint8Array(randomBytes(32)) })
  // The password is 256 random bits: stretching it would only slow the first start.
  const { record } = await finalizeRegistration(state, response, { stretch: async (input) => input })
  return record
}
