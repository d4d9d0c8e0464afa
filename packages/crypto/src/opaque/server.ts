import { concatBytes } from "@noble/hashes/utils.js"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { credentialResponsePad, xor } from "./envelope.ts"
import { exchangeKeys, type Identities } from "./key-exchange.ts"
import { readKE1, readRecord } from "./messages.ts"
import {
  blindEvaluate,
  checkElement,
  deriveDiffieHellmanKeyPair,
  deriveOprfKey,
  diffieHellman,
  hashBytes,
  nonceBytes,
} from "./oprf.ts"

/** The server's long-term secrets. Keep them apart from the records: with both, passwords can be guessed offline. */
export interface OpaqueServerKeys {
  /** 64 bytes. */
  readonly oprfSeed: Uint8Array
  readonly privateKey: Uint8Array
  /** 32 bytes; clients pin it. */
  readonly publicKey: Uint8Array
}

/** Kept by the server between the two messages of a login; for one use. */
export interface OpaqueLoginState {
  readonly expectedKe3: Uint8Array
  readonly sessionKey: Uint8Array
}

export interface OpaqueServerOptions {
  readonly keys: OpaqueServerKeys
  /** A function of the handle alone, equal for accounts that exist and that do not. */
  readonly credentialId: Uint8Array
}

export interface GenerateKE2Options extends OpaqueServerOptions {
  /** 192 bytes, of the registration. For an unknown handle: a decoy's, so that the answer tells nothing. */
  readonly record: Uint8Array
  readonly identities?: Identities | undefined
  /** Names the application (RFC 9807 section 6.4.3); default empty. */
  readonly context?: Uint8Array | undefined
}

type Random = typeof randomBytes

export function generateOpaqueServerKeys(): OpaqueServerKeys {
  return { oprfSeed: randomBytes(hashBytes), ...deriveDiffieHellmanKeyPair(randomBytes(32)) }
}

/**
 * CreateRegistrationResponse (RFC 9807 section 5.2.2). 64 bytes.
 * @throws CryptoError `CRYPTO_MALFORMED` when `request` is no element, or the identity.
 */
export function createRegistrationResponse(request: Uint8Array, options: OpaqueServerOptions): Uint8Array {
  const oprfKey = deriveOprfKey(options.keys.oprfSeed, options.credentialId)
  return concatBytes(blindEvaluate(oprfKey, request), options.keys.publicKey)
}

/**
 * GenerateKE2 (RFC 9807 section 6.2.2). `ke2` has 320 bytes.
 * @throws CryptoError `CRYPTO_MALFORMED` when `ke1` or `record` are not of the format, or hold the identity.
 */
export function generateKE2(
  ke1: Uint8Array,
  options: GenerateKE2Options,
  random: Random = randomBytes,
): { ke2: Uint8Array; state: OpaqueLoginState } {
  const { keys } = options
  const request = readKE1(ke1)
  const record = readRecord(options.record)
  checkElement(request.clientKeyshare, "client key share")
  const evaluated = blindEvaluate(deriveOprfKey(keys.oprfSeed, options.credentialId), request.blinded)
  const maskingNonce = random(nonceBytes)
  const clear = concatBytes(keys.publicKey, record.envelope)
  const masked = xor(clear, credentialResponsePad(record.maskingKey, maskingNonce, clear.length))
  const credentialResponse = concatBytes(evaluated, maskingNonce, masked)
  const serverNonce = random(nonceBytes)
  const keyshare = deriveDiffieHellmanKeyPair(random(32))
  const exchanged = exchangeKeys(
    concatBytes(
      diffieHellman(keyshare.privateKey, request.clientKeyshare),
      diffieHellman(keys.privateKey, request.clientKeyshare),
      diffieHellman(keyshare.privateKey, record.clientPublicKey),
    ),
    {
      context: options.context ?? new Uint8Array(),
      clientIdentity: options.identities?.client ?? record.clientPublicKey,
      ke1,
      serverIdentity: options.identities?.server ?? keys.publicKey,
      credentialResponse,
      serverNonce,
      serverKeyshare: keyshare.publicKey,
    },
  )
  return {
    ke2: concatBytes(credentialResponse, serverNonce, keyshare.publicKey, exchanged.serverMac),
    state: { expectedKe3: exchanged.clientMac, sessionKey: exchanged.sessionKey },
  }
}

/**
 * ServerFinish (RFC 9807 section 6.2.4): the session key, once the client proved the password.
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED`
 */
export function finishOpaqueLogin(state: OpaqueLoginState, ke3: Uint8Array): Uint8Array {
  if (!equalConstantTime(state.expectedKe3, ke3))
    throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", "Cannot finish login: the client did not prove the password")
  return state.sessionKey
}
