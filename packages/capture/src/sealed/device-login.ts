import { signDocument, type AccountState, type DeviceCertificate } from "@darkslide/crypto"
import * as z from "zod/mini"
import { openDeviceDocument, unsigned, type CaptureDevice } from "./device.ts"
import { domains } from "./domains.ts"
import { CaptureError } from "../errors.ts"

/** A device's answer to a server's challenge: that it holds its key, now. */
interface DeviceLogin {
  readonly v: 1
  readonly accountId: string
  readonly deviceId: string
  readonly challenge: string
}

const id = z.string().check(z.regex(/^[a-z2-7]{26}$/))
const schema: z.ZodMiniType<DeviceLogin> = z.strictObject({
  v: z.literal(1),
  accountId: id,
  deviceId: id,
  challenge: z.string().check(z.minLength(22), z.maxLength(100)),
})

/** Signs a server's challenge with the device's key. */
export async function signDeviceLogin(challenge: string, device: CaptureDevice): Promise<Uint8Array> {
  const { accountId, deviceId, signer } = device
  const login: DeviceLogin = { v: 1, accountId, deviceId, challenge }
  return await signDocument(domains.deviceLogin, login, signer)
}

/**
 * Reads a device's answer to `challenge`; a server then lets it add captures.
 * @throws CaptureError `CAPTURE_UNSIGNED` unless a device of the account, not revoked, of scope capture or full, signed
 * it; `CAPTURE_FOREIGN` for another account or challenge; `CAPTURE_RECORD_INVALID` when malformed
 */
export function openDeviceLogin(document: Uint8Array, state: AccountState, challenge: string): DeviceCertificate {
  const { value, device } = openDeviceDocument(document, {
    domain: domains.deviceLogin,
    schema,
    state,
    scopes: ["capture", "full"],
    invalidCode: "CAPTURE_RECORD_INVALID",
  })
  if (device.revoked) throw unsigned("by a revoked device")
  if (value.accountId !== state.accountId || value.challenge !== challenge)
    throw new CaptureError("CAPTURE_FOREIGN", "Cannot sign in device: its answer is to another challenge")
  return device
}
