// bcrypt-pbkdf has no types of its own; whoever compiles this file from source needs these. There is no import for it.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./bcrypt-pbkdf.d.ts" />
import { ctr } from "@noble/ciphers/aes.js"
import bcrypt from "bcrypt-pbkdf"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { sshEd25519Identity, type SshEd25519Identity } from "./ssh-ed25519.ts"
import { recipientOfWire, refuseOtherKeys, type SshRecipient } from "./ssh-public-key.ts"
import { sshRsaIdentity, type SshRsaIdentity } from "./ssh-rsa.ts"
import { malformedSsh, SshReader } from "./ssh-wire.ts"
import { sshFingerprint } from "./ssh-fingerprint.ts"

export interface SshIdentityOptions {
  /** The passphrase of an encrypted key, or how to ask for it: once, when a file for this key is opened. */
  readonly passphrase?: string | (() => string | Promise<string>) | undefined
  /** Keys that ask for more rounds of bcrypt_pbkdf are refused: `CRYPTO_LIMIT_EXCEEDED` (default 1,000; ssh-keygen's 24). */
  readonly maxRounds?: number | undefined
}

export type SshIdentity = SshEd25519Identity | SshRsaIdentity

interface Sealed {
  readonly recipient: SshRecipient
  readonly wire: Uint8Array
  readonly blob: Uint8Array
  readonly salt: Uint8Array
  readonly rounds: number
}

const magic = "openssh-key-v1\0"
const cipherBlockBytes = 16

/** Reads the format that ssh-keygen writes (OpenSSH's PROTOCOL.key). */
export function openSshIdentity(bytes: Uint8Array, options: SshIdentityOptions): SshIdentity {
  const reader = new SshReader(bytes)
  if (new TextDecoder().decode(reader.take(magic.length)) !== magic) throw malformedSsh("not OpenSSH's format")
  const [cipher, kdf, kdfOptions] = [reader.text(), reader.text(), reader.string()]
  if (reader.u32() !== 1) throw malformedSsh("more than one key in a file")
  const wire = reader.string()
  const blob = reader.string()
  const type = new SshReader(wire).text()
  refuseOtherKeys(type)
  const recipient = recipientOfWire(wire, type)
  if (cipher === "none" && kdf === "none") {
    reader.end()
    return readSecret(blob, recipient, 8)
  }
  if (cipher !== "aes256-ctr" || kdf !== "bcrypt")
    throw malformedSsh('its encryption is not supported; change it with "ssh-keygen -p -Z aes256-ctr -f FILE"')
  reader.end()
  const { salt, rounds } = readKdfOptions(kdfOptions, options.maxRounds ?? 1000)
  if (options.passphrase === undefined) throw malformedSsh("it is encrypted, and no passphrase was given")
  return encryptedIdentity({ recipient, wire, blob, salt, rounds }, options.passphrase)
}

function readKdfOptions(bytes: Uint8Array, maxRounds: number): { salt: Uint8Array; rounds: number } {
  const reader = new SshReader(bytes)
  const salt = reader.string()
  const rounds = reader.u32()
  reader.end()
  if (rounds > maxRounds)
    throw new CryptoError("CRYPTO_LIMIT_EXCEEDED", `Cannot read SSH key: ${rounds} rounds of bcrypt, over ${maxRounds}`)
  if (salt.length < 8 || salt.length > 64 || rounds === 0) throw malformedSsh("bad options of bcrypt")
  return { salt, rounds }
}

/** An identity that decrypts its key once, when a stanza names it. */
function encryptedIdentity(sealed: Sealed, passphrase: NonNullable<SshIdentityOptions["passphrase"]>): SshIdentity {
  let secret: Promise<SshIdentity> | undefined
  const fingerprint = sshFingerprint(sealed.wire)
  const unwrap: SshIdentity["unwrap"] = async (stanzas) => {
    if (!stanzas.some(({ type, args }) => type === sealed.recipient.type && args[0] === fingerprint)) return null
    secret ??= decryptIdentity(sealed, passphrase)
    try {
      return await (await secret).unwrap(stanzas)
    } catch (error) {
      // A wrong passphrase may be asked for again.
      secret = undefined
      throw error
    }
  }
  const { recipient } = sealed
  // Twice the same, for the types to see that an identity and its recipient are of one kind.
  return recipient.type === "ssh-rsa"
    ? { type: recipient.type, recipient, unwrap }
    : { type: recipient.type, recipient, unwrap }
}

async function decryptIdentity(
  { blob, salt, rounds, recipient }: Sealed,
  passphrase: NonNullable<SshIdentityOptions["passphrase"]>,
): Promise<SshIdentity> {
  const secret = toUtf8(typeof passphrase === "string" ? passphrase : await passphrase())
  const derived = new Uint8Array(48)
  if (bcrypt.pbkdf(secret, secret.length, salt, salt.length, derived, derived.length, rounds) !== 0)
    throw malformedSsh("its passphrase is empty")
  if (blob.length % cipherBlockBytes !== 0) throw malformedSsh("a cut cipher block")
  const plain = ctr(derived.subarray(0, 32), derived.subarray(32)).decrypt(blob)
  const [first, second] = [new SshReader(plain).u32(), new SshReader(plain.subarray(4)).u32()]
  // The format has no MAC: two equal random numbers at its start tell that the passphrase is right.
  if (first !== second)
    throw new CryptoError(
      "CRYPTO_AUTHENTICATION_FAILED",
      "Cannot read SSH key: wrong passphrase, or the file is changed",
    )
  return readSecret(plain, recipient, cipherBlockBytes)
}

function readSecret(blob: Uint8Array, recipient: SshRecipient, blockBytes: number): SshIdentity {
  const reader = new SshReader(blob)
  if (reader.u32() !== reader.u32()) throw malformedSsh("its check numbers differ")
  const type = reader.text()
  const identity = type === "ssh-rsa" ? readRsa(reader) : readEd25519(reader, type)
  reader.string()
  const padding = reader.rest()
  if (
    blob.length % blockBytes !== 0 ||
    padding.length >= blockBytes ||
    padding.some((byte, index) => byte !== index + 1)
  )
    throw malformedSsh("bad padding")
  if (identity.recipient.toString() !== recipient.toString()) throw malformedSsh("its public half is of another key")
  return identity
}

function readEd25519(reader: SshReader, type: string): SshEd25519Identity {
  refuseOtherKeys(type)
  const publicKey = reader.string()
  const secret = reader.string()
  if (secret.length !== 64) throw malformedSsh("a secret of another length")
  return sshEd25519Identity(secret.subarray(0, 32), publicKey)
}

function readRsa(reader: SshReader): SshRsaIdentity {
  const [modulus, exponent, secretExponent] = [reader.positive(), reader.positive(), reader.positive()]
  const [coefficient, prime1, prime2] = [reader.positive(), reader.positive(), reader.positive()]
  return sshRsaIdentity({ modulus, exponent, secretExponent, prime1, prime2, coefficient })
}
