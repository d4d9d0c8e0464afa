import { base64 } from "@scure/base"
import { CryptoError } from "../errors.ts"
import { sshEd25519Recipient, type SshEd25519Recipient } from "./ssh-ed25519.ts"
import { sshRsaRecipient, type SshRsaRecipient } from "./ssh-rsa.ts"
import { malformedSsh, SshReader } from "./ssh-wire.ts"

export type SshRecipient = SshEd25519Recipient | SshRsaRecipient

/**
 * Reads a public key as it stands in `id_ed25519.pub` or `authorized_keys`: `ssh-ed25519 AAAA… comment`, or `ssh-rsa`.
 * @throws CryptoError `CRYPTO_MALFORMED` for anything else. Keys on hardware (`sk-…`), ECDSA and DSA keys cannot
 * decrypt, and the message says so. `CRYPTO_LIMIT_EXCEEDED` for RSA of over 16,384 bits.
 */
export function parseSshRecipient(line: string): SshRecipient {
  const [type = "", encoded = ""] = line.trim().split(/[ \t]+/)
  refuseOtherKeys(type)
  return recipientOfWire(decode(encoded), type)
}

/** @throws CryptoError `CRYPTO_MALFORMED` */
export function recipientOfWire(wire: Uint8Array, type: string): SshRecipient {
  const reader = new SshReader(wire)
  if (reader.text() !== type) throw malformedSsh("two types in one key")
  const recipient =
    type === "ssh-rsa"
      ? sshRsaRecipient({ exponent: reader.positive(), modulus: reader.positive() })
      : sshEd25519Recipient(thirtyTwo(reader.string()))
  reader.end()
  return recipient
}

/** @throws CryptoError `CRYPTO_MALFORMED` unless a key of this type can decrypt. */
export function refuseOtherKeys(type: string): void {
  if (type === "ssh-ed25519" || type === "ssh-rsa") return
  if (type.startsWith("sk-")) throw malformedSsh("a key on a security key (sk-…) can sign, but not decrypt")
  if (type.startsWith("ecdsa-")) throw malformedSsh("ECDSA keys are not supported, only ssh-ed25519 and ssh-rsa")
  if (type === "ssh-dss") throw malformedSsh("DSA keys are not supported, only ssh-ed25519 and ssh-rsa")
  throw malformedSsh("neither ssh-ed25519 nor ssh-rsa")
}

function thirtyTwo(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 32) throw malformedSsh(`${bytes.length} bytes of key where 32 belong`)
  return bytes
}

function decode(encoded: string): Uint8Array {
  try {
    return base64.decode(encoded)
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read SSH key: not canonical base64", { cause })
  }
}
