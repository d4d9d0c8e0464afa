import { chunkList, signDocument, toBase64Url } from "@darkslide/crypto"
import { createHash, randomBytes } from "node:crypto"
import type { SeededRandom } from "../../../tools/soak/seeded-random.ts"
import { createUpload, headUpload, json, patchUpload, remove } from "../test/blind-client.ts"
import type { BlindClient, Send } from "../test/blind-client.ts"

/** How far a capture got, as its writer may claim: an answer that did not come leaves it open. */
export type Claim = "uploading" | "committing" | "committed" | "deleting" | "deleted"

export interface WrittenCapture {
  readonly captureId: string
  readonly recordHash: string
  readonly media: Uint8Array
  readonly mediaHash: string
  claim: Claim
  /** The body of its commit, once there was one. */
  commit: Record<string, string> | undefined
}

/** One account that uploads, commits and deletes without end, and tries again after every failure. */
export interface KillWriter {
  readonly client: BlindClient
  readonly captures: WrittenCapture[]
  /** Answers that no crash explains. */
  readonly complaints: string[]
  run(signal: AbortSignal): Promise<void>
}

const keptLive = 4

export function killWriter(client: BlindClient, random: SeededRandom): KillWriter {
  const captures: WrittenCapture[] = []
  const complaints: string[] = []
  const expectStatus = async (response: Response, what: string, ...expected: number[]) => {
    if (!expected.includes(response.status)) complaints.push(`${what}: ${response.status} ${await response.text()}`)
    else await response.body?.cancel()
  }

  const writeOne = async (signal: AbortSignal, seq: number) => {
    const capture = makeCapture(random)
    captures.push(capture)
    const uploadId = await uploadInPieces(client.send, capture.media, random, signal)
    capture.commit = await commitBody(client, capture, uploadId, seq)
    capture.claim = "committing"
    const committed = await untilAnswered(signal, () =>
      client.send(`/v1/captures/${capture.captureId}`, json("PUT", capture.commit)),
    )
    await expectStatus(committed, "commit", 200, 201)
    capture.claim = "committed"
    const live = captures.filter(({ claim }) => claim === "committed")
    if (live.length <= keptLive) return
    const doomed = live[random.below(live.length)] ?? capture
    doomed.claim = "deleting"
    await expectStatus(await untilAnswered(signal, () => remove(client, doomed)), "delete", 204)
    doomed.claim = "deleted"
  }

  return {
    client,
    captures,
    complaints,
    async run(signal) {
      for (let seq = 1; !signal.aborted; seq++) await writeOne(signal, seq)
    },
  }
}

/** Shapes are all that a blind server can check: random bytes are as good as sealed ones. */
function makeCapture(random: SeededRandom): WrittenCapture {
  const media = new Uint8Array(randomBytes(1000 + random.below(200_000)))
  return {
    captureId: toBase64Url(randomBytes(16)),
    recordHash: toBase64Url(randomBytes(32)),
    media,
    mediaHash: createHash("sha256").update(media).digest("hex"),
    claim: "uploading",
    commit: undefined,
  }
}

async function commitBody({ device }: BlindClient, capture: WrittenCapture, upload: string, seq: number) {
  const { accountId, deviceId, signer } = device
  const { recordHash } = capture
  const head = await signDocument(
    "darkslide/v1/head",
    { v: 1, accountId, deviceId, seq, recordHash, skipped: [] },
    signer,
  )
  const age = Buffer.concat([Buffer.from("age-encryption.org/v1\n"), randomBytes(200)])
  const parts = { header: age, private: age, record: randomBytes(1056), sealing: randomBytes(1056) }
  const others = { thumbnail: randomBytes(4128), chunks: chunkList(capture.media), head }
  const texts = Object.entries({ ...parts, ...others }).map(([name, bytes]) => [name, toBase64Url(bytes)] as const)
  return { ...Object.fromEntries(texts), upload }
}

async function uploadInPieces(
  send: Send,
  bytes: Uint8Array,
  random: SeededRandom,
  signal: AbortSignal,
): Promise<string> {
  const created = await untilAnswered(signal, () => createUpload(send, bytes.length))
  const url = created.headers.get("location")
  if (url === null) throw new Error(`create: ${created.status} ${await created.text()}`)
  let acknowledged = 0
  let offset = 0
  while (offset < bytes.length) {
    const end = Math.min(bytes.length, offset + 1 + random.below(80_000))
    const patched = await patchUpload(send, url, offset, bytes.subarray(offset, end)).catch(() => undefined)
    const told = patched?.status === 204 ? patched : await untilAnswered(signal, () => headUpload(send, url))
    offset = Number(told.headers.get("upload-offset") ?? Number.NaN)
    // What 201 and 204 said must not be taken back.
    if (!(offset >= acknowledged)) throw new Error(`upload: acknowledged ${acknowledged}, now ${told.status} ${offset}`)
    if (patched?.status === 204) acknowledged = offset
  }
  return url.split("/").at(-1) ?? ""
}

/** Tries until the server answers at all: a cut connection says nothing about what was done. */
async function untilAnswered(signal: AbortSignal, request: () => Promise<Response>): Promise<Response> {
  for (;;) {
    signal.throwIfAborted()
    const response = await request().catch(() => undefined)
    if (response !== undefined) return response
  }
}
