import { createHmac } from "node:crypto"
import { Problem } from "../http/problem.ts"

const domain = "darkslide/v1/credential"

/**
 * The name under which a handle's registration is kept: an HMAC, so that the rows do not tell handles. A function of
 * the handle alone, for handles that exist and for those that do not: anything else would show in OPAQUE's answer.
 * @throws Problem `REQUEST_INVALID` unless the handle has 3 to 64 letters, digits, or `.` `_` `-` `@`.
 */
export function credentialId(handle: string, pepper: Uint8Array): Credential {
  const digest = createHmac("sha256", pepper)
    .update(domain + normaliseHandle(handle))
    .digest()
  return { bytes: new Uint8Array(digest), text: digest.toString("base64url") }
}

export interface Credential {
  readonly bytes: Uint8Array
  /** The same in base64url, as it stands in the rows and the limiter. */
  readonly text: string
}

function normaliseHandle(handle: string): string {
  const normal = handle.normalize("NFKC").trim().toLowerCase().normalize("NFKC")
  if (!/^[\p{L}\p{M}\p{N}._@-]{3,64}$/u.test(normal)) {
    throw new Problem("REQUEST_INVALID", "Cannot use handle: 3 to 64 letters, digits, or . _ - @ are needed")
  }
  return normal
}
