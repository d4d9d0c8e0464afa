export type { Aead, AeadKey } from "./aead/aead.ts"
export { nobleAead } from "./aead/noble.ts"
export { webCryptoAead } from "./aead/webcrypto.ts"
export { armor, armorStream, dearmor, dearmorStream } from "./age/armor.ts"
export { checkChunks, chunkCount, chunkList, chunkListHash } from "./age/chunk-list.ts"
export { identityFromCryptoKey } from "./age/crypto-key-identity.ts"
export type { CryptoKeyIdentity } from "./age/crypto-key-identity.ts"
export { generateFileKey, keyCommitment, payloadNonceBytes } from "./age/file-key.ts"
export { openHeader, sealHeader } from "./age/header.ts"
export type { HeaderLimits } from "./age/header.ts"
export { inspect } from "./age/inspect.ts"
export type { InspectedStanza, InspectOptions, Inspection } from "./age/inspect.ts"
export { open, openIterable, openStream, splitFile } from "./age/open.ts"
export type { OpenIterableOptions, OpenOptions } from "./age/open.ts"
export { openAt, openPayloadAt } from "./age/open-at.ts"
export type { ListedChunks, OpenAtOptions, OpenedFile } from "./age/open-at.ts"
export { rangeResponse } from "./age/range-response.ts"
export { blobSource, bytesSource, fileHandleSource } from "./age/random-access-source.ts"
export type { FileHandleLike, RandomAccessSource } from "./age/random-access-source.ts"
export { passphraseIdentity, passphraseRecipient } from "./age/passphrase.ts"
export { chunkBytes, openPayload, sealPayload, sealedChunkBytes, sealedPayloadBytes } from "./age/payload.ts"
export type { Identity, Recipient, Stanza } from "./age/recipient.ts"
export { rewrap } from "./age/rewrap.ts"
export type { RewrapAdd, RewrapTo } from "./age/rewrap.ts"
export { seal, sealIterable, sealStream } from "./age/seal.ts"
export type { SealIterableOptions, SealOptions } from "./age/seal.ts"
export { generateKeyPair, parseIdentity, parseRecipient } from "./age/x25519.ts"
export type { X25519Identity, X25519Recipient } from "./age/x25519.ts"
export { fromBase64Url, toBase64Url } from "./bytes/base64.ts"
export type { ByteSource } from "./bytes/byte-source.ts"
export { equalConstantTime } from "./bytes/equal-constant-time.ts"
export { encodeFields } from "./bytes/fields.ts"
export type { StreamPair } from "./bytes/stream-pair.ts"
export { AccountError, CryptoError, DarkslideError, isDarkslideError } from "./errors.ts"
export type { AccountErrorCode, CryptoErrorCode } from "./errors.ts"
export { sha256 } from "./hash.ts"
export {
  advanceHistory,
  certifyDevice,
  createAccount,
  reopenAccount,
  revokeDevice,
  unlockAccount,
} from "./keyring/account.ts"
export type { NewDevice, StoredAccount, UnlockedAccount } from "./keyring/account.ts"
export { accountIdOf, deviceIdOf } from "./keyring/account-id.ts"
export {
  accountStateHash,
  checkNotRolledBack,
  currentSuite,
  keyringHashOf,
  readAccountState,
  signAccountState,
} from "./keyring/account-state.ts"
export type { AccountState, DeviceCertificate, DeviceScope, SeenState } from "./keyring/account-state.ts"
export type { Keyring } from "./keyring/keyring.ts"
export { createRegistrationRequest, finalizeRegistration, generateKE1, generateKE3 } from "./opaque/client.ts"
export type { GenerateKE3Options, LoginState, OpaqueClientOptions, RegistrationState } from "./opaque/client.ts"
export type { Identities } from "./opaque/key-exchange.ts"
export {
  createRegistrationResponse,
  finishOpaqueLogin,
  generateKE2,
  generateOpaqueServerKeys,
} from "./opaque/server.ts"
export type { GenerateKE2Options, OpaqueLoginState, OpaqueServerKeys, OpaqueServerOptions } from "./opaque/server.ts"
export { stretchPassword } from "./opaque/stretch.ts"
export type { Stretch } from "./opaque/stretch.ts"
export { randomBytes } from "./random.ts"
export {
  generateCryptoKeyPair,
  generateSigningSeed,
  signerFromCryptoKey,
  signerFromSeed,
  verifySignature,
} from "./sign.ts"
export type { Signer } from "./sign.ts"
export { documentHash, openSigned, padDocument, readUnverified, signDocument } from "./signed/signed-document.ts"
