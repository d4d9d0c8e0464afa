import { hkdf } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts"
import { encodeFields, u32be } from "../bytes/fields.ts"
import { fromUtf8, toUtf8 } from "../bytes/utf8.ts"
import { domains } from "../domains.ts"
import { CryptoError } from "../errors.ts"
import { JsonFields } from "../signed/json-fields.ts"
import { parseIdentity, type X25519Identity } from "../age/x25519.ts"
import { openBox, sealBox } from "./secret-box.ts"

/** Every secret of an account, sealed under its master key. */
export interface Keyring {
  /** Of the master key that seals it. */
  readonly epoch: number
  /** 32 bytes: signs account states, and with them every device and recipient. */
  readonly rootSeed: Uint8Array
  /** Opens the account's captures. */
  readonly identity: X25519Identity
  /** Opens what was sealed to the account by someone who may only add. */
  readonly inboxIdentity: X25519Identity
  /** 32 bytes: for the metadata history. */
  readonly historyKey: Uint8Array
  /** The server's OPAQUE key at registration: a pin that travels with the account. */
  readonly serverPublicKey: Uint8Array
  /** What a person calls each device, by device id. */
  readonly deviceNames: Readonly<Record<string, string>>
}

/** A multiple of this: the number of devices does not show in the size. */
const paddedBytes = 2048

/** Seals a keyring under HKDF-SHA-256(master key, "darkslide/v1/keyring"), bound to its account and epoch. */
export function sealKeyring(keyring: Keyring, masterKey: Uint8Array, accountId: string): Uint8Array {
  const json = JSON.stringify({
    v: 1,
    epoch: keyring.epoch,
    rootSeed: toBase64Url(keyring.rootSeed),
    identity: keyring.identity.toString(),
    inboxIdentity: keyring.inboxIdentity.toString(),
    historyKey: toBase64Url(keyring.historyKey),
    serverPublicKey: toBase64Url(keyring.serverPublicKey),
    deviceNames: keyring.deviceNames,
  })
  const plaintext = toUtf8(json)
  const padded = new Uint8Array(Math.ceil(plaintext.length / paddedBytes) * paddedBytes).fill(0x20)
  padded.set(plaintext)
  return sealBox(keyringKey(masterKey), padded, additionalData(accountId, keyring.epoch))
}

/**
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED` when this is not that account's keyring of that epoch;
 * `CRYPTO_MALFORMED`.
 */
export function openKeyring(sealed: Uint8Array, masterKey: Uint8Array, accountId: string, epoch: number): Keyring {
  const json = openBox(keyringKey(masterKey), sealed, additionalData(accountId, epoch), "keyring")
  const fields = new JsonFields(parse(fromUtf8(json)), "keyring")
  fields.literal("v", 1)
  fields.literal("epoch", epoch)
  return {
    epoch,
    rootSeed: fromBase64Url(fields.text("rootSeed"), 32),
    identity: parseIdentity(fields.text("identity")),
    inboxIdentity: parseIdentity(fields.text("inboxIdentity")),
    historyKey: fromBase64Url(fields.text("historyKey"), 32),
    serverPublicKey: fromBase64Url(fields.text("serverPublicKey"), 32),
    deviceNames: fields.object("deviceNames").texts(),
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read keyring: not JSON", { cause })
  }
}

function keyringKey(masterKey: Uint8Array): Uint8Array {
  return hkdf(sha256, masterKey, undefined, toUtf8(domains.keyring), 32)
}

function additionalData(accountId: string, epoch: number): Uint8Array {
  return encodeFields(domains.keyring, accountId, u32be(epoch))
}
