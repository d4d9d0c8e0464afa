import { readFile } from "node:fs/promises"
import { join } from "node:path"
import {
  decodeSFrameHeader,
  encodeSFrameHeader,
  sframeAes128CtrHmac32,
  sframeAes128CtrHmac64,
  sframeAes128CtrHmac80,
  sframeAes128Gcm,
  sframeAes256CtrHmac32,
  sframeAes256CtrHmac64,
  sframeAes256CtrHmac80,
  sframeAes256Gcm,
  sframeKeyRing,
  sframeReceiver,
  type FrameCipher,
  type SFrameSuite,
} from "@darkslide/crypto/sframe"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { nobleGcmKey } from "../../src/aes/gcm.ts"
import { nobleCtrHmacKey } from "../../src/sframe/ctr-hmac.ts"
import { deriveFrameKey, deriveKeyAndSalt, frameNonce, sframeLabel } from "../../src/sframe/key-schedule.ts"
import { senderFrom } from "../../src/sframe/sender.ts"

type Vector = Readonly<Record<string, string>>

const suites: ReadonlyMap<number, SFrameSuite> = new Map(
  [
    sframeAes128CtrHmac80,
    sframeAes128CtrHmac64,
    sframeAes128CtrHmac32,
    sframeAes128Gcm,
    sframeAes256Gcm,
    sframeAes256CtrHmac80,
    sframeAes256CtrHmac64,
    sframeAes256CtrHmac32,
  ].map((suite) => [suite.id, suite]),
)
const tagBytes: Readonly<Record<number, number>> = { 1: 10, 2: 8, 3: 4, 6: 10, 7: 8, 8: 4 }

/** RFC 9605's vectors and the working group's: headers, the AEADs alone, and whole frames, on every backend. */
export const set: ConformanceSet = {
  name: "sframe",
  async *run(folder) {
    for (const [file, check] of Object.entries(checks)) {
      const vectors = await readVectors(folder, file)
      for (const [index, vector] of vectors.entries()) {
        const outcome = (await check(vector)) ? "passed" : "failed"
        yield {
          vector: `${file}.json#${index}`,
          kind: `suite ${vector["cipher_suite"] ?? "any"}`,
          outcome,
        } satisfies VectorOutcome
      }
    }
  },
}

const checks: Readonly<Record<string, (vector: Vector) => Promise<boolean>>> = {
  header: checkHeader,
  aes_ctr_hmac: checkAead,
  aes_256_ctr_hmac: checkAead,
  sframe: checkFrame,
  sframe_aes_256_ctr_hmac: checkFrame,
}

async function checkHeader(vector: Vector): Promise<boolean> {
  const [keyId, counter, encoded] = [number(vector, "kid"), number(vector, "ctr"), bytes(vector, "encoded")]
  const decoded = decodeSFrameHeader(encoded)
  return (
    hex(encodeSFrameHeader({ keyId, counter })) === vector["encoded"] &&
    decoded.keyId === keyId &&
    decoded.counter === counter &&
    decoded.length === encoded.length
  )
}

async function checkAead(vector: Vector): Promise<boolean> {
  const [nonce, aad, plaintext] = [bytes(vector, "nonce"), bytes(vector, "aad"), bytes(vector, "pt")]
  for (const cipher of await ciphersOf(suiteOf(vector), bytes(vector, "key"))) {
    const opened = await cipher.open(nonce, aad, bytes(vector, "ct"))
    if (hex(await cipher.seal(nonce, aad, plaintext)) !== vector["ct"]) return false
    if (opened === undefined || hex(opened) !== vector["pt"]) return false
  }
  return true
}

async function checkFrame(vector: Vector): Promise<boolean> {
  const suite = suiteOf(vector)
  const [keyId, counter] = [number(vector, "kid"), number(vector, "ctr")]
  const [baseKey, metadata] = [bytes(vector, "base_key"), bytes(vector, "metadata")]
  const { secret, key, salt } = deriveKeyAndSalt(suite, keyId, baseKey)
  const schedule = {
    sframe_key_label: sframeLabel("SFrame 1.0 Secret key ", suite.id, keyId),
    sframe_salt_label: sframeLabel("SFrame 1.0 Secret salt ", suite.id, keyId),
    sframe_secret: secret,
    sframe_key: key,
    sframe_salt: salt,
    nonce: frameNonce(salt, counter),
    aad: Buffer.concat([encodeSFrameHeader({ keyId, counter }), metadata]),
  }
  if (Object.entries(schedule).some(([name, value]) => hex(value) !== vector[name])) return false

  const native = await deriveFrameKey(suite, keyId, baseKey)
  for (const cipher of await ciphersOf(suite, key)) {
    const sender = senderFrom({ ...native, cipher }, { first: counter, limit: counter + 1n })
    if (hex(await sender.encrypt(bytes(vector, "pt"), { metadata })) !== vector["ct"]) return false
    const receiver = sframeReceiver({ find: () => ({ key: { ...native, cipher } }) })
    if (hex((await receiver.decrypt(bytes(vector, "ct"), { metadata })).frame) !== vector["pt"]) return false
  }
  const keys = sframeKeyRing(suite)
  await keys.set(keyId, baseKey)
  return hex((await sframeReceiver(keys).decrypt(bytes(vector, "ct"), { metadata })).frame) === vector["pt"]
}

/** The suite's AEAD as it is imported here, and in JavaScript alone. */
async function ciphersOf(suite: SFrameSuite, key: Uint8Array): Promise<readonly FrameCipher[]> {
  const tag = tagBytes[suite.id]
  const { hash } = suite
  const noble =
    tag === undefined
      ? nobleGcmKey(key)
      : nobleCtrHmacKey(key, { hash, encryptionKeyBytes: key.length - hash.outputLen, tagBytes: tag })
  return [await suite.importKey(key), noble]
}

function suiteOf(vector: Vector): SFrameSuite {
  const suite = suites.get(Number(vector["cipher_suite"]))
  if (!suite) throw new Error(`No suite ${vector["cipher_suite"]}`)
  return suite
}

/** Numbers stay text: JSON.parse would round those beyond 2^53. */
async function readVectors(folder: string, file: string): Promise<readonly Vector[]> {
  const text = await readFile(join(folder, `${file}.json`), "utf8")
  return JSON.parse(text.replaceAll(/: (\d+)/g, ': "$1"')) as readonly Vector[]
}

function number(vector: Vector, name: string): bigint {
  return BigInt(vector[name] ?? "")
}

function bytes(vector: Vector, name: string): Uint8Array {
  return new Uint8Array(Buffer.from(vector[name] ?? "", "hex"))
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex")
}
