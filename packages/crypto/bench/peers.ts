import { Decrypter, Encrypter } from "age-encryption"
import sodium from "libsodium-wrappers"
import * as openpgp from "openpgp"

/** age-encryption (typage), with the same recipient as ours. */
export function typage(
  recipient: string,
  identity: string,
): { readonly encrypter: Encrypter; readonly decrypter: Decrypter } {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  return { encrypter, decrypter }
}

/** libsodium's secretstream by 64 KiB: no header work, another cipher (XChaCha20). */
export async function sodiumSecretStream(): Promise<(plaintext: Uint8Array) => Uint8Array[]> {
  await sodium.ready
  const key = sodium.crypto_secretstream_xchacha20poly1305_keygen()
  return (plaintext) => {
    const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key)
    const pieces = [header]
    for (let offset = 0; offset < plaintext.length; offset += 65_536) {
      const chunk = plaintext.subarray(offset, offset + 65_536)
      pieces.push(sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, null, 0))
    }
    return pieces
  }
}

/** OpenPGP.js to one Curve25519 key. */
export async function pgp(): Promise<(plaintext: Uint8Array) => Promise<void>> {
  const { publicKey } = await openpgp.generateKey({ userIDs: [{ name: "bench" }], format: "object" })
  return async (binary) => {
    const message = await openpgp.createMessage({ binary })
    await openpgp.encrypt({ message, encryptionKeys: publicKey, format: "binary" })
  }
}
