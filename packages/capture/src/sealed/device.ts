import type { AccountState, DeviceCertificate, DeviceScope, Signer } from "@darkslide/crypto"
import { fromBase64Url, isDarkslideError, openSigned, readUnverified } from "@darkslide/crypto"
import * as z from "zod/mini"
import { CaptureError, type SealedCaptureErrorCode } from "../errors.ts"

/** The device that takes captures: its key, and whose it is. */
export interface CaptureDevice {
  readonly accountId: string
  readonly deviceId: string
  readonly signer: Signer
}

/** The next place in a device's sequence. Each number is taken once, whatever becomes of the capture. */
export interface SequencePosition {
  /** 1 for the first capture of a device. */
  readonly seq: number
  /** Record hash of the capture before, base64url; 32 zero bytes for the first. */
  readonly prevHash: string
  /** Numbers below `seq` that were taken and given up. */
  readonly skipped: readonly number[]
}

/**
 * Opens a document that some device of the account must have signed: finds the device that it names in the account's
 * state, then verifies under that device's key.
 * @throws CaptureError `CAPTURE_UNSIGNED` for an unknown device, one out of scope, or a signature that does not hold;
 * `invalidCode` for a malformed document.
 */
export function openDeviceDocument<Value extends { readonly deviceId: string }>(
  document: Uint8Array,
  options: {
    readonly domain: string
    readonly schema: z.ZodMiniType<Value>
    readonly state: AccountState
    readonly scopes: readonly DeviceScope[]
    readonly invalidCode: SealedCaptureErrorCode
  },
): { readonly value: Value; readonly device: DeviceCertificate } {
  const claimed = parseAs(options.schema, () => readUnverified(document), options.invalidCode)
  const device = options.state.devices.find((candidate) => candidate.deviceId === claimed.deviceId)
  if (!device) throw unsigned("by a device that the account does not know")
  if (!options.scopes.includes(device.scope)) throw unsigned(`by a device of scope ${device.scope}`)
  try {
    openSigned(options.domain, document, fromBase64Url(device.publicKey, 32))
  } catch (cause) {
    if (isDarkslideError(cause, "CRYPTO_AUTHENTICATION_FAILED")) throw unsigned("its signature does not hold", cause)
    throw cause
  }
  return { value: claimed, device }
}

/** @throws CaptureError `code` when `read` throws a crypto error, or gives what is not of the schema. */
export function parseAs<Value>(schema: z.ZodMiniType<Value>, read: () => unknown, code: SealedCaptureErrorCode): Value {
  const raw = refusing(code, read)
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  throw new CaptureError(code, `Cannot open capture: ${z.prettifyError(parsed.error)}`, { cause: parsed.error })
}

/** Runs `work`; a refusal by crypto becomes a refusal of that part. */
export function refusing<Result>(code: SealedCaptureErrorCode, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    throw isRefusal(cause) ? new CaptureError(code, `Cannot open capture: ${cause.message}`, { cause }) : cause
  }
}

/** As {@link refusing}, for work that waits. */
export async function refusingAsync<Result>(
  code: SealedCaptureErrorCode,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    throw isRefusal(cause) ? new CaptureError(code, `Cannot open capture: ${cause.message}`, { cause }) : cause
  }
}

export function unsigned(what: string, cause?: unknown): CaptureError {
  return new CaptureError("CAPTURE_UNSIGNED", `Cannot open capture: not signed by this account: ${what}`, { cause })
}

function isRefusal(error: unknown): error is Error {
  return isDarkslideError(error) && error.code.startsWith("CRYPTO_")
}
