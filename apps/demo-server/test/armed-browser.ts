import { sealCapture, type CaptureDevice, type SealedCapture } from "@darkslide/capture"
import {
  certifyDevice,
  deviceIdOf,
  generateSigningSeed,
  parseRecipient,
  signerFromSeed,
  toBase64Url,
} from "@darkslide/crypto"
import type { UnlockedAccount } from "@darkslide/crypto"
import { answerOf, bearer, json, type BlindClient, type Send } from "./blind-client.ts"

/** A browser that its owner armed: it knows the inbox recipient, its own key and a token, and opens nothing. */
export interface ArmedBrowser {
  readonly account: UnlockedAccount
  readonly device: CaptureDevice
  readonly token: string
  /** Seals a photo as its n-th and sends it. */
  post(media: Uint8Array, n: number, extra?: Readonly<Record<string, unknown>>): Promise<Response>
  seal(media: Uint8Array, n: number): Promise<SealedCapture>
}

export async function armBrowser(
  client: BlindClient,
  send: Send,
  content: "link" | "sealed" | "clear" = "link",
): Promise<ArmedBrowser> {
  const signer = signerFromSeed(generateSigningSeed())
  const certified = { publicKey: signer.publicKey, scope: "inbox", name: "hall" } as const
  const account = await certifyDevice(client.account, { device: certified, at: 1_700_000_000_001 })
  const body = { state: toBase64Url(account.stored.state), keyring: toBase64Url(account.stored.keyring) }
  await answerOf(await client.send("/v1/account/state", json("PUT", body)))
  const { accountId } = account
  const device = { accountId, deviceId: deviceIdOf(signer.publicKey), signer }
  const path = `/v1/inbox/devices/${device.deviceId}`
  const { token } = await answerOf<{ token: string }>(await client.send(path, json("PUT", { content })))
  const recipient = parseRecipient(account.state.inboxRecipient)
  const seal = async (media: Uint8Array, n: number) =>
    await sealCapture(
      { media, mediaType: "image/jpeg", kind: "photo", createdAt: n, thumbnail: media.subarray(0, 99) },
      { to: [recipient], owner: recipient, device, position: { seq: n, prevHash: noHash, skipped: [] } },
    )
  return {
    ...{ account, device, token, seal },
    async post(media, n, extra = {}) {
      return await bearer(send, token)("/v1/inbox", json("POST", { ...inboxBody(await seal(media, n)), ...extra }))
    },
  }
}

export function inboxBody(sealed: SealedCapture): Record<string, string> {
  const { captureId, recordHash: _recordHash, ...parts } = sealed
  return { captureId, ...Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, toBase64Url(bytes)])) }
}

const noHash = toBase64Url(new Uint8Array(32))
