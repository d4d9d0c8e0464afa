import { sealCapture, signTombstone } from "@darkslide/capture"
import type { CaptureDevice, SealedCapture, SequencePosition } from "@darkslide/capture"
import {
  createAccount,
  createRegistrationRequest,
  deviceIdOf,
  finalizeRegistration,
  fromBase64Url,
  generateKE1,
  generateKE3,
  generateSigningSeed,
  signerFromSeed,
  toBase64Url,
} from "@darkslide/crypto"
import type { Stretch, UnlockedAccount } from "@darkslide/crypto"
import { createHash } from "node:crypto"

/** Sends one request: to an app without a socket, or over HTTP. */
export type Send = (path: string, init?: RequestInit) => Promise<Response>

/** An account with its device, signed in by a bearer token. */
export interface BlindClient {
  readonly account: UnlockedAccount
  readonly device: CaptureDevice
  readonly token: string
  /** With the token. */
  readonly send: Send
}

/** Argon2id has its own tests; here a login should cost nothing. */
export const stretch: Stretch = async (input) => new Uint8Array(createHash("sha512").update(input).digest())

export const json = (method: string, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
})

export const bearer = (send: Send, token: string): Send => {
  return (path, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set("authorization", `Bearer ${token}`)
    return send(path, { ...init, headers })
  }
}

export interface PreparedAccount {
  readonly account: UnlockedAccount
  readonly device: CaptureDevice
  /** The body of register/finish. */
  readonly finish: Readonly<Record<string, unknown>>
}

/** Everything of a registration but its last message. */
export async function prepareAccount(send: Send, handle: string, password = "correct horse"): Promise<PreparedAccount> {
  const { request, state } = createRegistrationRequest(password)
  const start = { handle, suite: 1, request: toBase64Url(request) }
  const { response } = await answerOf<{ response: string }>(await send("/v1/register/start", json("POST", start)))
  const done = await finalizeRegistration(state, fromBase64Url(response), { stretch })
  const signer = signerFromSeed(generateSigningSeed())
  const device = { publicKey: signer.publicKey, scope: "full" as const, name: "test" }
  const account = await createAccount({ ...done, device, at: 1_700_000_000_000 })
  const { accountId, stored } = account
  const [wrap, keyring, stateText] = [stored.wrap, stored.keyring, stored.state].map(toBase64Url)
  const finish = { handle, suite: 1, record: toBase64Url(done.record), accountId, wrap, keyring, state: stateText }
  return { account, device: { accountId, deviceId: deviceIdOf(signer.publicKey), signer }, finish }
}

export async function register(send: Send, handle: string, password?: string): Promise<BlindClient> {
  const { account, device, finish } = await prepareAccount(send, handle, password)
  const response = await send("/v1/register/finish", json("POST", { ...finish, session: "bearer" }))
  const { token } = await answerOf<{ token: string }>(response)
  return { account, device, token, send: bearer(send, token) }
}

/** Both messages of a login; the answer to the second, whatever it is. */
export async function login(
  send: Send,
  credentials: { readonly handle: string; readonly password?: string; readonly session?: "cookie" | "bearer" },
): Promise<Response> {
  const { handle, password = "correct horse", session = "bearer" } = credentials
  const { ke1, state } = generateKE1(password)
  const started = await send("/v1/login/start", json("POST", { handle, suite: 1, ke1: toBase64Url(ke1) }))
  if (started.status !== 200) return started
  const { loginId, ke2 } = await answerOf<{ loginId: string; ke2: string }>(started)
  const ke3 = await generateKE3(state, fromBase64Url(ke2), { stretch })
    .then((proof) => proof.ke3)
    // Whoever does not know the password can still send something.
    .catch(() => new Uint8Array(64))
  return await send("/v1/login/finish", json("POST", { loginId, ke3: toBase64Url(ke3), session }))
}

export async function answerOf<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

const noHash = toBase64Url(new Uint8Array(32))

export async function sealPhoto(
  client: Pick<BlindClient, "account" | "device">,
  media: Uint8Array,
  position: SequencePosition = { seq: 1, prevHash: noHash, skipped: [] },
): Promise<SealedCapture> {
  const { recipient } = client.account
  const input = {
    media,
    mediaType: "image/jpeg",
    kind: "photo",
    createdAt: 1,
    thumbnail: media.subarray(0, 99),
  } as const
  return await sealCapture(input, { to: [recipient], owner: recipient, device: client.device, position })
}

const tus = { "tus-resumable": "1.0.0" }

/** Creates an upload of `length` bytes; the answer names it in `Location`. */
export async function createUpload(send: Send, length: number): Promise<Response> {
  return await send("/v1/uploads", { method: "POST", headers: { ...tus, "upload-length": String(length) } })
}

export async function patchUpload(send: Send, url: string, offset: number, bytes: Uint8Array): Promise<Response> {
  const headers = { ...tus, "upload-offset": String(offset), "content-type": "application/offset+octet-stream" }
  return await send(url, { method: "PATCH", headers, body: new Uint8Array(bytes) })
}

export async function headUpload(send: Send, url: string): Promise<Response> {
  return await send(url, { method: "HEAD", headers: tus })
}

/** Uploads in one piece; resolves to the upload's id. */
export async function upload(send: Send, bytes: Uint8Array): Promise<string> {
  const url = (await createUpload(send, bytes.length)).headers.get("location") ?? ""
  const patched = await patchUpload(send, url, 0, bytes)
  if (patched.status !== 204) throw new Error(`${patched.status} ${await patched.text()}`)
  return url.split("/").at(-1) ?? ""
}

export function commitOf(sealed: SealedCapture, uploadId: string): Record<string, string> {
  const { header, record, sealing, private: hidden, thumbnail, chunks, head } = sealed
  const parts = { header, record, sealing, private: hidden, thumbnail, chunks, head }
  const texts = Object.entries(parts).map(([name, bytes]) => [name, toBase64Url(bytes)] as const)
  return { ...Object.fromEntries(texts), upload: uploadId }
}

export async function commit(send: Send, sealed: SealedCapture, uploadId: string): Promise<Response> {
  return await send(`/v1/captures/${sealed.captureId}`, json("PUT", commitOf(sealed, uploadId)))
}

export async function tombstoneOf(
  client: Pick<BlindClient, "device">,
  capture: Pick<SealedCapture, "captureId" | "recordHash">,
): Promise<{ tombstone: string }> {
  return { tombstone: toBase64Url(await signTombstone(capture, { device: client.device, at: 1_700_000_000_000 })) }
}

export async function remove(
  client: Pick<BlindClient, "device" | "send">,
  capture: Pick<SealedCapture, "captureId" | "recordHash">,
): Promise<Response> {
  return await client.send(`/v1/captures/${capture.captureId}`, json("DELETE", await tombstoneOf(client, capture)))
}
