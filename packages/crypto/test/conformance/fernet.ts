import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { CryptoError } from "@darkslide/crypto/errors"
import {
  fernetKeyFromPassword,
  fernetOpen,
  fernetRotate,
  parseFernetKey,
  type FernetOpenOptions,
} from "@darkslide/crypto/fernet"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { chooseFernetCipher, nobleFernetCipher } from "../../src/fernet/cipher.ts"
import { fernetOpenWith, fernetSealWith, timestampOf } from "../../src/fernet/fernet.ts"

const ciphers = [chooseFernetCipher(), nobleFernetCipher]

interface SpecVector {
  readonly token: string
  readonly secret: string
  readonly now: string
  readonly iv: readonly number[]
  readonly src: string
  readonly ttl_sec: number
  readonly desc?: string
}

interface PythonVector {
  readonly name: string
  readonly token: string
  readonly key: string
  readonly keys: readonly string[]
  readonly password: string
  readonly salt_b64: string
  readonly iterations: number
  readonly encrypted_with: number
  readonly rotated: string
  readonly time: number
  readonly now: number
  readonly ttl: number | null
  readonly valid?: boolean
  readonly plaintext_b64: string
}

/** The specification's vectors and Python cryptography's, on every backend. */
export const set: ConformanceSet = {
  name: "fernet",
  async *run(folder) {
    for (const kind of ["generate", "verify", "invalid"] as const)
      for (const [index, vector] of (await readList<SpecVector>(folder, kind)).entries())
        yield outcome(`${kind}.json#${index} ${vector.desc ?? ""}`, kind, await specChecks[kind](vector))
    for (const vector of await readList<PythonVector>(folder, "python-cryptography")) {
      const kind = vector.name.split("-")[0] ?? ""
      const check = pythonChecks[kind]
      if (check) yield outcome(vector.name, kind, await check(vector))
      else yield { vector: vector.name, kind, outcome: "not-built" }
    }
  },
}

const specChecks = {
  generate: async (vector: SpecVector) => reseals(vector.token, vector.secret, Buffer.from(vector.src)),
  verify: async (vector: SpecVector) => opensTo(vector.token, specOptions(vector), Buffer.from(vector.src)),
  invalid: async (vector: SpecVector) => refuses(vector.token, specOptions(vector)),
}

const pythonChecks: Readonly<Record<string, (vector: PythonVector) => Promise<boolean>>> = {
  async len(vector) {
    const plaintext = Buffer.from(vector.plaintext_b64, "base64")
    return (
      opensTo(vector.token, { key: parseFernetKey(vector.key) }, plaintext) &&
      reseals(vector.token, vector.key, plaintext)
    )
  },
  async pbkdf2(vector) {
    const salt = Buffer.from(vector.salt_b64, "base64")
    const key = await fernetKeyFromPassword(vector.password, { salt, iterations: vector.iterations })
    return key.toString() === vector.key && opensTo(vector.token, { key }, Buffer.from(vector.plaintext_b64, "base64"))
  },
  async multi(vector) {
    const keys = vector.keys.map(parseFernetKey)
    const plaintext = Buffer.from(vector.plaintext_b64, "base64")
    const [first] = keys
    if (!first) return false
    const rotated = fernetRotate(vector.token, { keys })
    return (
      [vector.token, vector.rotated, rotated].every((token) => opensTo(token, { keys }, plaintext)) &&
      [vector.rotated, rotated].every((token) => opensTo(token, { key: first }, plaintext)) &&
      [vector.rotated, rotated].every(
        (token) => timestampIn(token).getTime() === timestampIn(vector.token).getTime(),
      ) &&
      rotated !== vector.rotated
    )
  },
  neg: async (vector) => refuses(vector.token, { key: parseFernetKey(vector.key) }),
  async time(vector) {
    const options = {
      key: parseFernetKey(vector.key),
      ttlSeconds: vector.ttl ?? undefined,
      now: new Date(vector.now * 1000),
    }
    return vector.valid === true
      ? opensTo(vector.token, options, Buffer.from(vector.plaintext_b64, "base64"))
      : refuses(vector.token, options)
  },
}

function specOptions(vector: SpecVector): FernetOpenOptions {
  return { key: parseFernetKey(vector.secret), ttlSeconds: vector.ttl_sec, now: new Date(vector.now) }
}

function opensTo(token: string, options: FernetOpenOptions, plaintext: Uint8Array): boolean {
  return ciphers.every((cipher) => Buffer.from(fernetOpenWith(token, options, cipher)).equals(plaintext))
}

/** Sealing again with the token's own time and IV must give the same token, on every backend. */
function reseals(token: string, key: string, plaintext: Uint8Array): boolean {
  const bytes = Buffer.from(token, "base64url")
  const [timestamp, iv] = [timestampOf(timestampIn(token)), bytes.subarray(9, 25)]
  return ciphers.every((cipher) => fernetSealWith(plaintext, parseFernetKey(key), { timestamp, iv, cipher }) === token)
}

function refuses(token: string, options: FernetOpenOptions): boolean {
  return [
    ...ciphers.map((cipher) => () => fernetOpenWith(token, options, cipher)),
    () => fernetOpen(token, options),
  ].every((work) => {
    try {
      work()
      return false
    } catch (error) {
      return error instanceof CryptoError && error.code === "CRYPTO_AUTHENTICATION_FAILED"
    }
  })
}

/** When the token says that it was sealed. */
function timestampIn(token: string): Date {
  return new Date(Number(Buffer.from(token, "base64url").readBigUInt64BE(1)) * 1000)
}

function outcome(vector: string, kind: string, right: boolean): VectorOutcome {
  return { vector, kind, outcome: right ? "passed" : "failed" }
}

async function readList<Item>(folder: string, name: string): Promise<readonly Item[]> {
  return JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")) as readonly Item[]
}
