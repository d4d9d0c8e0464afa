import { CryptoError } from "../errors.ts"
import { elementBytes, envelopeBytes, hashBytes, macBytes, nonceBytes } from "./oprf.ts"

// The messages of RFC 9807, each the plain concatenation of its fields.

export interface RegistrationResponse {
  readonly evaluated: Uint8Array
  readonly serverPublicKey: Uint8Array
}

/** RegistrationResponse (section 5.1): evaluated element, server public key. 64 bytes. */
export function readRegistrationResponse(bytes: Uint8Array): RegistrationResponse {
  const [evaluated, serverPublicKey] = split("registration response", bytes, elementBytes, elementBytes)
  return { evaluated, serverPublicKey }
}

export interface RegistrationRecord {
  readonly clientPublicKey: Uint8Array
  readonly maskingKey: Uint8Array
  readonly envelope: Uint8Array
}

/** RegistrationRecord (section 5.1): client public key, masking key, envelope. 192 bytes. */
export function readRecord(bytes: Uint8Array): RegistrationRecord {
  const [clientPublicKey, maskingKey, envelope] = split("record", bytes, elementBytes, hashBytes, envelopeBytes)
  return { clientPublicKey, maskingKey, envelope }
}

export interface KE1 {
  readonly blinded: Uint8Array
  readonly clientKeyshare: Uint8Array
}

/** KE1 (section 6.1): blinded element, client nonce, client key share. 96 bytes. */
export function readKE1(bytes: Uint8Array): KE1 {
  const [blinded, , clientKeyshare] = split("KE1", bytes, elementBytes, nonceBytes, elementBytes)
  return { blinded, clientKeyshare }
}

/** Evaluated element, masking nonce, and the masked server key and envelope. */
const credentialResponseBytes = elementBytes + nonceBytes + elementBytes + envelopeBytes

export interface KE2 {
  readonly credentialResponse: Uint8Array
  readonly evaluated: Uint8Array
  readonly maskingNonce: Uint8Array
  readonly masked: Uint8Array
  readonly serverNonce: Uint8Array
  readonly serverKeyshare: Uint8Array
  readonly serverMac: Uint8Array
}

/** KE2 (section 6.1): credential response, server nonce, server key share, server MAC. 320 bytes. */
export function readKE2(bytes: Uint8Array): KE2 {
  const [credentialResponse, serverNonce, serverKeyshare, serverMac] = split(
    "KE2",
    bytes,
    credentialResponseBytes,
    nonceBytes,
    elementBytes,
    macBytes,
  )
  const [evaluated, maskingNonce, masked] = split(
    "credential response",
    credentialResponse,
    elementBytes,
    nonceBytes,
    elementBytes + envelopeBytes,
  )
  return { credentialResponse, evaluated, maskingNonce, masked, serverNonce, serverKeyshare, serverMac }
}

type Parts<Sizes extends readonly number[]> = { [Index in keyof Sizes]: Uint8Array }

/** Views into `bytes`. @throws CryptoError `CRYPTO_MALFORMED` when the length is not the sum of `sizes`. */
function split<const Sizes extends readonly number[]>(what: string, bytes: Uint8Array, ...sizes: Sizes): Parts<Sizes> {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (bytes.length !== total)
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${what}: ${bytes.length} bytes where ${total} belong`)
  let offset = 0
  return sizes.map((size) => bytes.subarray(offset, (offset += size))) as Parts<Sizes>
}
