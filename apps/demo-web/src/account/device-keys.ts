import type { CaptureDevice } from "@darkslide/capture"
import { deviceIdOf, generateCryptoKeyPair, signerFromCryptoKey, type NewDevice, type Signer } from "@darkslide/crypto"

/** This browser's own key: its pages can sign with it, and nobody can read it out of them. */
export interface DeviceKeys {
  readonly pair: CryptoKeyPair
  readonly signer: Signer
  readonly deviceId: string
}

export async function newDeviceKeys(): Promise<DeviceKeys> {
  return await deviceKeysOf(await generateCryptoKeyPair())
}

export async function deviceKeysOf(pair: CryptoKeyPair): Promise<DeviceKeys> {
  const signer = await signerFromCryptoKey(pair)
  return { pair, signer, deviceId: deviceIdOf(signer.publicKey) }
}

/** What the account's root is asked to vouch for. */
export function certificationOf(keys: DeviceKeys, name: string): NewDevice {
  return { publicKey: keys.signer.publicKey, scope: "full", name }
}

export function captureDeviceOf(keys: DeviceKeys, accountId: string): CaptureDevice {
  return { accountId, deviceId: keys.deviceId, signer: keys.signer }
}
