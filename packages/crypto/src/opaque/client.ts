import { concatBytes } from "@noble/hashes/utils.js"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { AccountError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { credentialResponsePad, maskingKeyOf, openEnvelope, sealEnvelope, xor } from "./envelope.ts"
import { exchangeKeys, type Identities } from "./key-exchange.ts"
import { readKE2, readRegistrationResponse } from "./messages.ts"
import {
  checkElement,
  deriveDiffieHellmanKeyPair,
  diffieHellman,
  elementBytes,
  envelopeBytes,
  finalizeOprf,
  hkdfExtract,
  nonceBytes,
  oprf,
} from "./oprf.ts"
import { stretchPassword, type Stretch } from "./stretch.ts"

/** Kept by the client between the two messages of a registration. Holds the password. */
export interface RegistrationState {
  readonly password: Uint8Array
  readonly blind: Uint8Array
}

/** Kept by the client between the two messages of a login. Holds the password. */
export interface LoginState {
  readonly password: Uint8Array
  readonly blind: Uint8Array
  readonly ke1: Uint8Array
  readonly keysharePrivateKey: Uint8Array
}

export interface OpaqueClientOptions {
  /** Default {@link stretchPassword}: a page passes one that runs in a worker. */
  readonly stretch?: Stretch | undefined
  readonly identities?: Identities | undefined
}

export interface GenerateKE3Options extends OpaqueClientOptions {
  /** The key this server showed before: another one is then an error of its own. */
  readonly serverPublicKey?: Uint8Array | undefined
  /** Names the application (RFC 9807 section 6.4.3); default empty. */
  readonly context?: Uint8Array | undefined
}

type Random = typeof randomBytes

/** CreateRegistrationRequest (RFC 9807 section 5.2.1). The password is text as typed, in UTF-8, NFKC. */
export function createRegistrationRequest(
  password: string,
  random: Random = randomBytes,
): { request: Uint8Array; state: RegistrationState } {
  const secret = passwordBytes(password)
  const { blind, blinded } = oprf.blind(secret, random)
  return { request: blinded, state: { password: secret, blind } }
}

/**
 * FinalizeRegistrationRequest (RFC 9807 section 5.2.3).
 * @returns `record` (192 bytes, for the server), `exportKey` (64 bytes, known to no one else; another one after each
 * registration) and the server's public key, to be pinned.
 * @throws CryptoError `CRYPTO_MALFORMED`
 */
export async function finalizeRegistration(
  state: RegistrationState,
  response: Uint8Array,
  options: OpaqueClientOptions & { random?: Random } = {},
): Promise<{ record: Uint8Array; exportKey: Uint8Array; serverPublicKey: Uint8Array }> {
  const { evaluated, serverPublicKey } = readRegistrationResponse(response)
  checkElement(serverPublicKey, "server public key")
  const randomizedPassword = await randomizePassword(state, evaluated, options.stretch)
  const nonce = (options.random ?? randomBytes)(nonceBytes)
  const sealed = sealEnvelope(randomizedPassword, serverPublicKey, nonce, options.identities ?? {})
  return {
    record: concatBytes(sealed.clientKeys.publicKey, maskingKeyOf(randomizedPassword), sealed.envelope),
    exportKey: sealed.exportKey,
    serverPublicKey: serverPublicKey.slice(),
  }
}

/** GenerateKE1 (RFC 9807 section 6.2.1). 96 bytes. */
export function generateKE1(password: string, random: Random = randomBytes): { ke1: Uint8Array; state: LoginState } {
  const secret = passwordBytes(password)
  const { blind, blinded } = oprf.blind(secret, random)
  const nonce = random(nonceBytes)
  const keyshare = deriveDiffieHellmanKeyPair(random(32))
  const ke1 = concatBytes(blinded, nonce, keyshare.publicKey)
  return { ke1, state: { password: secret, blind, ke1, keysharePrivateKey: keyshare.privateKey } }
}

/**
 * GenerateKE3 (RFC 9807 section 6.2.3): checks the server, proves the password.
 * @returns `ke3` (64 bytes, for the server), `sessionKey` and `exportKey` (64 bytes each).
 * @throws AccountError `ACCOUNT_LOGIN_FAILED` when the password is wrong or the server is not the one of the
 * registration; `ACCOUNT_SERVER_CHANGED` when `serverPublicKey` is given, the password is right, and the server shows
 * another key. CryptoError `CRYPTO_MALFORMED` on bytes that are no KE2.
 */
export async function generateKE3(
  state: LoginState,
  ke2: Uint8Array,
  options: GenerateKE3Options = {},
): Promise<{ ke3: Uint8Array; sessionKey: Uint8Array; exportKey: Uint8Array; serverPublicKey: Uint8Array }> {
  const message = readKE2(ke2)
  checkElement(message.serverKeyshare, "server key share")
  const randomizedPassword = await randomizePassword(state, message.evaluated, options.stretch)
  const pad = credentialResponsePad(maskingKeyOf(randomizedPassword), message.maskingNonce, message.masked.length)
  const unmasked = xor(message.masked, pad)
  const serverPublicKey = unmasked.slice(0, elementBytes)
  const envelope = unmasked.subarray(elementBytes, elementBytes + envelopeBytes)
  const identities = options.identities ?? {}
  const opened = openEnvelope(randomizedPassword, serverPublicKey, envelope, identities)
  if (!opened || !matchesPin(serverPublicKey, options.serverPublicKey))
    throw refusal(opened !== undefined, randomizedPassword, envelope, options)
  const keys = exchangeKeys(
    concatBytes(
      diffieHellman(state.keysharePrivateKey, message.serverKeyshare),
      diffieHellman(state.keysharePrivateKey, serverPublicKey),
      diffieHellman(opened.clientKeys.privateKey, message.serverKeyshare),
    ),
    {
      context: options.context ?? new Uint8Array(),
      clientIdentity: identities.client ?? opened.clientKeys.publicKey,
      ke1: state.ke1,
      serverIdentity: identities.server ?? serverPublicKey,
      credentialResponse: message.credentialResponse,
      serverNonce: message.serverNonce,
      serverKeyshare: message.serverKeyshare,
    },
  )
  if (!equalConstantTime(keys.serverMac, message.serverMac)) throw loginFailed()
  return { ke3: keys.clientMac, sessionKey: keys.sessionKey, exportKey: opened.exportKey, serverPublicKey }
}

function matchesPin(serverPublicKey: Uint8Array, pinned: Uint8Array | undefined): boolean {
  return pinned === undefined || equalConstantTime(serverPublicKey, pinned)
}

/** A right password opens the envelope, be it under the shown key or under the pinned one: then the server changed. */
function refusal(
  opensUnderShownKey: boolean,
  randomizedPassword: Uint8Array,
  envelope: Uint8Array,
  options: GenerateKE3Options,
): AccountError {
  const pinned = options.serverPublicKey
  const passwordIsRight =
    opensUnderShownKey ||
    (pinned !== undefined && openEnvelope(randomizedPassword, pinned, envelope, options.identities ?? {}) !== undefined)
  return passwordIsRight
    ? new AccountError("ACCOUNT_SERVER_CHANGED", "Cannot log in: the server shows another key than before")
    : loginFailed()
}

function loginFailed(): AccountError {
  return new AccountError("ACCOUNT_LOGIN_FAILED", "Cannot log in: wrong handle or password")
}

async function randomizePassword(
  state: RegistrationState,
  evaluated: Uint8Array,
  stretch: Stretch = stretchPassword,
): Promise<Uint8Array> {
  const output = finalizeOprf(state.password, state.blind, evaluated)
  return hkdfExtract(concatBytes(output, await stretch(output)))
}

/** NFKC, so that the same keys pressed on two systems give the same bytes. */
function passwordBytes(password: string): Uint8Array {
  return toUtf8(password.normalize("NFKC"))
}
