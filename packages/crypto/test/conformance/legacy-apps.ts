import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { isDarkslideError } from "@darkslide/crypto/errors"
import { legacyFrameReader, legacyRsaReader } from "@darkslide/crypto/legacy"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"

interface FrameVector {
  readonly name: string
  readonly password: string
  readonly salt_b64: string
  readonly iterations: number
  readonly nonce_b64: string
  readonly ct_b64: string
  readonly tag_b64: string
  readonly plaintext_b64: string
}

interface RsaVector {
  readonly name: string
  readonly private_pem: string
  readonly hash: "sha1" | "sha256"
  readonly chunk_cipher?: number
  readonly ct_b64: string
  readonly plaintext_b64: string
}

/** What older applications wrote; each vector must open, and must not once a bit of it is changed. */
export const set: ConformanceSet = {
  name: "legacy-apps",
  async *run(folder) {
    const vectors = JSON.parse(await readFile(join(folder, "vectors.json"), "utf8")) as readonly (
      | FrameVector
      | RsaVector
    )[]
    for (const vector of vectors) yield "private_pem" in vector ? await runRsa(vector) : await runFrame(vector)
  },
}

async function runFrame(vector: FrameVector): Promise<VectorOutcome> {
  const reader = await legacyFrameReader({
    password: vector.password,
    salt: bytes(vector.salt_b64),
    iterations: vector.iterations,
  })
  const frame = { nonce: bytes(vector.nonce_b64), ciphertext: bytes(vector.ct_b64), tag: bytes(vector.tag_b64) }
  const right =
    Buffer.from(await reader.read(frame)).toString("base64") === vector.plaintext_b64 &&
    (await refuses(() => reader.read({ ...frame, tag: flipped(frame.tag) })))
  return { vector: vector.name, kind: `nonce of ${frame.nonce.length}`, outcome: right ? "passed" : "failed" }
}

async function runRsa(vector: RsaVector): Promise<VectorOutcome> {
  const reader = await legacyRsaReader(vector.private_pem, { hash: vector.hash === "sha1" ? "SHA-1" : "SHA-256" })
  const read = vector.chunk_cipher === undefined ? reader.read : reader.readChunked
  const ciphertext = bytes(vector.ct_b64)
  const right =
    Buffer.from(await read(ciphertext)).toString("base64") === vector.plaintext_b64 &&
    reader.blockBytes === (vector.chunk_cipher ?? ciphertext.length) &&
    (await refuses(() => read(flipped(ciphertext))))
  return { vector: vector.name, kind: `OAEP ${vector.hash}`, outcome: right ? "passed" : "failed" }
}

async function refuses(work: () => Promise<Uint8Array>): Promise<boolean> {
  try {
    await work()
    return false
  } catch (error) {
    return isDarkslideError(error, "CRYPTO_AUTHENTICATION_FAILED")
  }
}

function flipped(data: Uint8Array): Uint8Array {
  return data.map((byte, index) => (index === data.length - 1 ? byte ^ 1 : byte))
}

function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"))
}
