import { concatBytes } from "@noble/hashes/utils.js"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { lengthPrefixed, type Identities } from "./key-exchange.ts"
import {
  deriveDiffieHellmanKeyPair,
  envelopeBytes,
  hashBytes,
  hkdfExpand,
  mac,
  nonceBytes,
  type KeyPair,
} from "./oprf.ts"

/** What the randomized password gives back of a registration (RFC 9807 section 4.1). */
export interface OpenedEnvelope {
  readonly clientKeys: KeyPair
  readonly exportKey: Uint8Array
}

/** Store (RFC 9807 section 4.1.2). */
export function sealEnvelope(
  randomizedPassword: Uint8Array,
  serverPublicKey: Uint8Array,
  envelopeNonce: Uint8Array,
  identities: Identities,
): OpenedEnvelope & { readonly envelope: Uint8Array } {
  const opened = deriveKeys(randomizedPassword, envelopeNonce)
  const tag = authTag(randomizedPassword, serverPublicKey, envelopeNonce, opened.clientKeys.publicKey, identities)
  return { ...opened, envelope: concatBytes(envelopeNonce, tag) }
}

/** Recover (RFC 9807 section 4.1.3): `undefined` when password or server key are not those of the registration. */
export function openEnvelope(
  randomizedPassword: Uint8Array,
  serverPublicKey: Uint8Array,
  envelope: Uint8Array,
  identities: Identities,
): OpenedEnvelope | undefined {
  const nonce = envelope.subarray(0, nonceBytes)
  const opened = deriveKeys(randomizedPassword, nonce)
  const tag = authTag(randomizedPassword, serverPublicKey, nonce, opened.clientKeys.publicKey, identities)
  return equalConstantTime(tag, envelope.subarray(nonceBytes, envelopeBytes)) ? opened : undefined
}

/** Hides the server's key and the envelope from whoever does not know the password (RFC 9807 section 6.3.2). */
export function credentialResponsePad(maskingKey: Uint8Array, maskingNonce: Uint8Array, length: number): Uint8Array {
  return hkdfExpand(maskingKey, concatBytes(maskingNonce, toUtf8("CredentialResponsePad")), length)
}

export function maskingKeyOf(randomizedPassword: Uint8Array): Uint8Array {
  return hkdfExpand(randomizedPassword, toUtf8("MaskingKey"), hashBytes)
}

export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] ?? 0))
}

function deriveKeys(randomizedPassword: Uint8Array, envelopeNonce: Uint8Array): OpenedEnvelope {
  const expand = (label: string, length: number) =>
    hkdfExpand(randomizedPassword, concatBytes(envelopeNonce, toUtf8(label)), length)
  return { clientKeys: deriveDiffieHellmanKeyPair(expand("PrivateKey", 32)), exportKey: expand("ExportKey", hashBytes) }
}

function authTag(
  randomizedPassword: Uint8Array,
  serverPublicKey: Uint8Array,
  envelopeNonce: Uint8Array,
  clientPublicKey: Uint8Array,
  identities: Identities,
): Uint8Array {
  const authKey = hkdfExpand(randomizedPassword, concatBytes(envelopeNonce, toUtf8("AuthKey")), hashBytes)
  const cleartext = concatBytes(
    serverPublicKey,
    lengthPrefixed(identities.server ?? serverPublicKey),
    lengthPrefixed(identities.client ?? clientPublicKey),
  )
  return mac(authKey, concatBytes(envelopeNonce, cleartext))
}
