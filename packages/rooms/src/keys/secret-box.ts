import { xchacha20poly1305 } from "@noble/ciphers/chacha.js"
import { concatBytes, randomBytes } from "@noble/hashes/utils.js"
import { RoomsError } from "../errors.ts"

const nonceBytes = 24
/** Sizes of padded plaintexts are multiples of this. */
export const paddingStepBytes = 256
const lengthBytes = 4

/** XChaCha20-Poly1305 with a random nonce in front: nonce (24) || ciphertext || tag (16). */
export function sealBox(key: Uint8Array, plaintext: Uint8Array, additionalData: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  return concatBytes(nonce, xchacha20poly1305(key, nonce, additionalData).encrypt(plaintext))
}

/** @throws RoomsError `ROOMS_FORGED` for another key, other additional data, or changed bytes. */
export function openBox(key: Uint8Array, box: Uint8Array, additionalData: Uint8Array): Uint8Array {
  try {
    return xchacha20poly1305(key, box.subarray(0, nonceBytes), additionalData).decrypt(box.subarray(nonceBytes))
  } catch (cause) {
    throw new RoomsError("ROOMS_FORGED", "Cannot open box: wrong key or changed bytes", { cause })
  }
}

/** u32be length || bytes || zeros, to the next multiple of {@link paddingStepBytes}: sizes say little. */
export function pad(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((lengthBytes + bytes.length) / paddingStepBytes) * paddingStepBytes)
  new DataView(padded.buffer).setUint32(0, bytes.length)
  padded.set(bytes, lengthBytes)
  return padded
}

/** @throws RoomsError `ROOMS_MALFORMED` */
export function unpad(padded: Uint8Array): Uint8Array {
  const end =
    padded.length < lengthBytes
      ? Infinity
      : lengthBytes + new DataView(padded.buffer, padded.byteOffset, padded.length).getUint32(0)
  if (end > padded.length || padded.subarray(end).some((byte) => byte !== 0))
    throw new RoomsError("ROOMS_MALFORMED", "Cannot read padded bytes: their length does not fit")
  return padded.subarray(lengthBytes, end)
}
