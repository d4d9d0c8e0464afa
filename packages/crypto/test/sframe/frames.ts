import {
  sframeAes128CtrHmac32,
  sframeAes128CtrHmac64,
  sframeAes128CtrHmac80,
  sframeAes128Gcm,
  sframeAes256CtrHmac32,
  sframeAes256CtrHmac64,
  sframeAes256CtrHmac80,
  sframeAes256Gcm,
} from "@darkslide/crypto/sframe"

export const suites = {
  sframeAes128CtrHmac80,
  sframeAes128CtrHmac64,
  sframeAes128CtrHmac32,
  sframeAes128Gcm,
  sframeAes256Gcm,
  sframeAes256CtrHmac80,
  sframeAes256CtrHmac64,
  sframeAes256CtrHmac32,
}

export const baseKey: Uint8Array = new Uint8Array(16).fill(9)

export function frame(number: number): Uint8Array {
  return new Uint8Array(1200).map((_, index) => index * number)
}
