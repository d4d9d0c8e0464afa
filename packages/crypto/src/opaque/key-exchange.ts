import { sha512 } from "@noble/hashes/sha2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { toUtf8 } from "../bytes/utf8.ts"
import { hashBytes, hkdfExpand, hkdfExtract, mac } from "./oprf.ts"

/** Names that a login is bound to; each defaults to that side's public key (RFC 9807 section 4). */
export interface Identities {
  readonly client?: Uint8Array | undefined
  readonly server?: Uint8Array | undefined
}

/** What both sides saw of a login before the server's MAC. */
export interface Transcript {
  readonly context: Uint8Array
  readonly clientIdentity: Uint8Array
  readonly ke1: Uint8Array
  readonly serverIdentity: Uint8Array
  readonly credentialResponse: Uint8Array
  readonly serverNonce: Uint8Array
  readonly serverKeyshare: Uint8Array
}

export interface ExchangedKeys {
  readonly sessionKey: Uint8Array
  readonly serverMac: Uint8Array
  readonly clientMac: Uint8Array
}

/** The keys and MACs of one login (RFC 9807 sections 6.4.2 to 6.4.4). */
export function exchangeKeys(inputKeyMaterial: Uint8Array, transcript: Transcript): ExchangedKeys {
  const preamble = preambleOf(transcript)
  const preambleHash = sha512(preamble)
  const pseudoRandomKey = hkdfExtract(inputKeyMaterial)
  const handshakeSecret = deriveSecret(pseudoRandomKey, "HandshakeSecret", preambleHash)
  const none = new Uint8Array()
  const serverMac = mac(deriveSecret(handshakeSecret, "ServerMAC", none), preambleHash)
  return {
    sessionKey: deriveSecret(pseudoRandomKey, "SessionKey", preambleHash),
    serverMac,
    clientMac: mac(deriveSecret(handshakeSecret, "ClientMAC", none), sha512(concatBytes(preamble, serverMac))),
  }
}

function preambleOf(transcript: Transcript): Uint8Array {
  return concatBytes(
    toUtf8("OPAQUEv1-"),
    lengthPrefixed(transcript.context),
    lengthPrefixed(transcript.clientIdentity),
    transcript.ke1,
    lengthPrefixed(transcript.serverIdentity),
    transcript.credentialResponse,
    transcript.serverNonce,
    transcript.serverKeyshare,
  )
}

/** Derive-Secret with Expand-Label (RFC 9807 section 6.4.2). */
function deriveSecret(secret: Uint8Array, label: string, context: Uint8Array): Uint8Array {
  const name = toUtf8(`OPAQUE-${label}`)
  const info = concatBytes(
    new Uint8Array([hashBytes >> 8, hashBytes & 0xff, name.length]),
    name,
    new Uint8Array([context.length]),
    context,
  )
  return hkdfExpand(secret, info, hashBytes)
}

/** I2OSP(length, 2) and the bytes. */
export function lengthPrefixed(bytes: Uint8Array): Uint8Array {
  return concatBytes(new Uint8Array([bytes.length >> 8, bytes.length & 0xff]), bytes)
}
