import {
  certifyDevice,
  createAccount,
  deviceIdOf,
  generateSigningSeed,
  signerFromSeed,
  toBase64Url,
  type DeviceScope,
  type Signer,
  type UnlockedAccount,
} from "@darkslide/crypto"
import { sealCapture, type CaptureDevice, type CaptureInput, type SealedCapture } from "@darkslide/capture"

export const noHash: string = toBase64Url(new Uint8Array(32))

/** An account with one full device, made anew for each test. */
export async function newAccount(): Promise<{ account: UnlockedAccount; device: CaptureDevice }> {
  const signer = signerFromSeed(generateSigningSeed())
  const account = await createAccount({
    exportKey: new Uint8Array(64),
    serverPublicKey: new Uint8Array(32),
    device: { publicKey: signer.publicKey, scope: "full", name: "test" },
    at: 1,
  })
  return { account, device: deviceOf(account, signer) }
}

export async function addDevice(
  account: UnlockedAccount,
  scope: DeviceScope,
): Promise<{ account: UnlockedAccount; device: CaptureDevice }> {
  const signer = signerFromSeed(generateSigningSeed())
  const next = await certifyDevice(account, { device: { publicKey: signer.publicKey, scope, name: "more" }, at: 2 })
  return { account: next, device: deviceOf(next, signer) }
}

/** A device that nobody vouched for. */
export function strangerFor(account: UnlockedAccount): CaptureDevice {
  return deviceOf(account, signerFromSeed(generateSigningSeed()))
}

export function pictureOf(seed: number, size = 150_000): Uint8Array {
  return new Uint8Array(size).map((_, i) => (i * seed + (i >> 8)) & 0xff)
}

export async function sealOne(
  account: UnlockedAccount,
  device: CaptureDevice,
  change: Partial<CaptureInput> & { readonly seq?: number } = {},
): Promise<SealedCapture> {
  const { seq = 1, ...input } = change
  return await sealCapture(
    {
      media: pictureOf(7),
      mediaType: "image/jpeg",
      kind: "photo",
      createdAt: 1_790_000_000_000,
      thumbnail: pictureOf(3, 5000),
      ...input,
    },
    { to: [account.recipient], owner: account.recipient, device, position: { seq, prevHash: noHash, skipped: [] } },
  )
}

function deviceOf(account: UnlockedAccount, signer: Signer): CaptureDevice {
  return { accountId: account.accountId, deviceId: deviceIdOf(signer.publicKey), signer }
}
