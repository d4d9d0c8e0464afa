import { signDocument, type AccountState } from "@darkslide/crypto"
import { tombstoneSchema, type CaptureTombstone } from "./capture-format.ts"
import { openDeviceDocument, unsigned, type CaptureDevice } from "./device.ts"
import { domains } from "./domains.ts"
import { CaptureError } from "../errors.ts"

/**
 * Signs that a capture was deleted on purpose, so that its absence is no gap.
 * @param options.at - Milliseconds since 1970.
 */
export async function signTombstone(
  capture: { readonly captureId: string; readonly recordHash: string },
  options: { device: CaptureDevice; at: number },
): Promise<Uint8Array> {
  const { accountId, deviceId, signer } = options.device
  const { captureId, recordHash } = capture
  const tombstone: CaptureTombstone = { v: 1, accountId, deviceId, captureId, recordHash, at: options.at }
  return await signDocument(domains.tombstone, tombstone, signer)
}

/**
 * Reads a tombstone that a full, unrevoked device of the account signed. A server checks it before it deletes.
 * @throws CaptureError `CAPTURE_UNSIGNED`, `CAPTURE_FOREIGN`, `CAPTURE_RECORD_INVALID`
 */
export function openTombstone(document: Uint8Array, state: AccountState): CaptureTombstone {
  const { value, device } = openDeviceDocument(document, {
    domain: domains.tombstone,
    schema: tombstoneSchema,
    state,
    scopes: ["full"],
    invalidCode: "CAPTURE_RECORD_INVALID",
  })
  if (device.revoked) throw unsigned("by a revoked device")
  if (value.accountId !== state.accountId)
    throw new CaptureError("CAPTURE_FOREIGN", "Cannot delete capture: the tombstone is of another account")
  return value
}
