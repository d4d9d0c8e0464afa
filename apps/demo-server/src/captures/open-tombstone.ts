import { CryptoError, fromBase64Url, openSigned, readUnverified } from "@darkslide/crypto"
import type { AccountState } from "@darkslide/crypto"
import * as z from "zod"

const domain = "darkslide/v1/tombstone"
const fields = z.object({ captureId: z.string(), accountId: z.string(), deviceId: z.string() })

/**
 * Which capture a signed tombstone deletes.
 * @throws CryptoError unless a device of the account that may do everything, and is not revoked, signed it.
 */
export function openTombstone(document: Uint8Array, state: AccountState): { readonly captureId: string } {
  const { deviceId } = read(readUnverified(document))
  const device = state.devices.find((known) => known.deviceId === deviceId)
  if (device === undefined || device.scope !== "full" || device.revoked !== undefined) {
    throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", "Cannot open tombstone: its device may not delete")
  }
  const { captureId, accountId } = read(openSigned(domain, document, fromBase64Url(device.publicKey)))
  if (accountId === state.accountId) return { captureId }
  throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", "Cannot open tombstone: it is of another account")
}

function read(value: unknown): z.infer<typeof fields> {
  const { data } = fields.safeParse(value)
  if (data === undefined) throw new CryptoError("CRYPTO_MALFORMED", "Cannot open tombstone: fields are missing")
  return data
}
