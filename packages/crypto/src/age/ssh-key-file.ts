import { base64 } from "@scure/base"
import { CryptoError } from "../errors.ts"
import { DerReader } from "./der-reader.ts"
import { openSshIdentity, type SshIdentity, type SshIdentityOptions } from "./ssh-private-key.ts"
import { sshEd25519Identity } from "./ssh-ed25519.ts"
import { sshRsaIdentity, type SshRsaIdentity } from "./ssh-rsa.ts"
import { malformedSsh } from "./ssh-wire.ts"

/** The largest key file that is read: RSA of 16,384 bits takes about 12 KiB. */
const maxFileCharacters = 65_536

const oids = { rsaEncryption: "2a864886f70d010101", ed25519: "2b6570" } as const

/**
 * Reads a private key file of `ssh-keygen` or OpenSSL: OpenSSH's format, plain or encrypted; PKCS#1 and PKCS#8 PEM, plain.
 * An encrypted key is decrypted when a file for it is opened, which takes its time; only then is the passphrase asked.
 * @throws CryptoError `CRYPTO_MALFORMED`, also when an encrypted key comes without `passphrase`, and for kinds that cannot
 * decrypt; `CRYPTO_LIMIT_EXCEEDED` for RSA of over 16,384 bits, and for too much work. No message has the text.
 */
export function parseSshIdentity(text: string, options: SshIdentityOptions = {}): SshIdentity {
  if (text.length > maxFileCharacters)
    throw new CryptoError(
      "CRYPTO_LIMIT_EXCEEDED",
      `Cannot read SSH key: a file of over ${maxFileCharacters} characters`,
    )
  const { label, bytes } = readPem(text)
  if (label === "OPENSSH PRIVATE KEY") return openSshIdentity(bytes, options)
  if (label === "RSA PRIVATE KEY") return readPkcs1(bytes)
  if (label === "PRIVATE KEY") return readPkcs8(bytes)
  if (label === "ENCRYPTED PRIVATE KEY") throw encryptedPem()
  if (label === "EC PRIVATE KEY") throw malformedSsh("ECDSA keys are not supported, only ssh-ed25519 and ssh-rsa")
  if (label === "DSA PRIVATE KEY") throw malformedSsh("DSA keys are not supported, only ssh-ed25519 and ssh-rsa")
  throw malformedSsh("no private key of a known kind")
}

/** One PEM block and nothing else (RFC 7468); the lines may have any length, as programs differ in it. */
function readPem(text: string): { label: string; bytes: Uint8Array } {
  const lines = text.trim().split(/\r?\n/)
  const label = /^-----BEGIN ([A-Z0-9 ]+)-----$/.exec(lines.shift() ?? "")?.[1]
  if (label === undefined || lines.pop() !== `-----END ${label}-----`) throw malformedSsh("not one PEM block")
  if (lines.some((line) => line.startsWith("Proc-Type:"))) throw encryptedPem()
  try {
    return { label, bytes: base64.decode(lines.join("")) }
  } catch {
    // The decoder's own error may quote the text, which is secret: it is not kept as the cause.
    throw malformedSsh("not canonical base64")
  }
}

/** RSAPrivateKey (RFC 8017 section A.1.2). */
function readPkcs1(bytes: Uint8Array): SshRsaIdentity {
  const file = new DerReader(bytes)
  const key = file.sequence()
  file.end()
  if (key.positive().length !== 0) throw malformedSsh("RSA of more than two primes")
  const [modulus, exponent, secretExponent] = [key.positive(), key.positive(), key.positive()]
  const [prime1, prime2] = [key.positive(), key.positive()]
  key.positive()
  key.positive()
  const coefficient = key.positive()
  key.end()
  return sshRsaIdentity({ modulus, exponent, secretExponent, prime1, prime2, coefficient })
}

/** PrivateKeyInfo (RFC 5208 section 5; RFC 8410 section 7 for Ed25519). Attributes behind the key are not read. */
function readPkcs8(bytes: Uint8Array): SshIdentity {
  const file = new DerReader(bytes)
  const info = file.sequence()
  file.end()
  info.positive()
  const oid = info.sequence().oid()
  const key = info.octets()
  if (oid === oids.rsaEncryption) return readPkcs1(key)
  if (oid !== oids.ed25519) throw malformedSsh("neither RSA nor Ed25519")
  const inner = new DerReader(key)
  const seed = inner.octets()
  inner.end()
  if (seed.length !== 32) throw malformedSsh(`a seed of ${seed.length} bytes`)
  return sshEd25519Identity(seed)
}

function encryptedPem(): CryptoError {
  return malformedSsh('an encrypted PEM file; convert it to OpenSSH\'s own format with "ssh-keygen -p -f FILE"')
}
