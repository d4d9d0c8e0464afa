import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { inflateSync } from "node:zlib"
import { isDarkslideError, open, openStream, parseIdentity, passphraseIdentity, type Identity } from "@darkslide/crypto"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { nobleAead } from "../../src/aead/noble.ts"

/** The C2SP test kit for age: one vector per file, run in every mode that this package has. */
export const set: ConformanceSet = {
  name: "age-testkit",
  async *run(folder) {
    const files = (await readdir(folder)).filter((name) => name !== "README.md").toSorted()
    for (const file of files) yield await runVector(file, await readFile(join(folder, file)))
  },
}

interface Vector {
  readonly expect: string
  readonly payloadHash: string | undefined
  readonly kind: string
  readonly identities: readonly Identity[]
  readonly body: Uint8Array
}

async function runVector(name: string, file: Uint8Array): Promise<VectorOutcome> {
  const fields = readFields(file)
  const notBuilt = kindNotBuilt(fields)
  if (notBuilt !== undefined) return { vector: name, kind: notBuilt, outcome: "not-built" }
  const vector = readVector(file, fields)
  const problems = []
  for (const [mode, run] of Object.entries(modes)) {
    const problem = judge(vector, mode, await run(vector))
    if (problem !== undefined) problems.push(`${mode}: ${problem}`)
  }
  const outcome = problems.length === 0 ? "passed" : "failed"
  return { vector: name, kind: vector.kind, outcome, detail: problems.join("; ") }
}

interface Outcome {
  readonly released: Uint8Array
  readonly error?: unknown
}

const modes: Readonly<Record<string, (vector: Vector) => Promise<Outcome>>> = {
  whole: (vector) => attempt(() => open(vector.body, { with: vector.identities })),
  noble: (vector) => attempt(() => open(vector.body, { with: vector.identities, aead: nobleAead })),
  // The 16 MiB vectors would take a minute byte by byte, and show nothing that the smaller ones do not.
  "stream of 1": (vector) => runStream(vector, vector.body.length > 300_000 ? 997 : 1),
  "stream of 1000": (vector) => runStream(vector, 1000),
  "stream of 65552": (vector) => runStream(vector, 65_552),
  "stream of all": (vector) => runStream(vector, vector.body.length || 1),
}

function judge(vector: Vector, mode: string, outcome: Outcome): string | undefined {
  const { expect } = vector
  const streamed = mode.startsWith("stream")
  if (expect === "success" || (expect === "payload failure" && streamed)) {
    const hash = createHash("sha256").update(outcome.released).digest("hex")
    if (hash !== vector.payloadHash) return `released other bytes (${outcome.released.length})`
  }
  if (expect === "success") return outcome.error === undefined ? undefined : String(outcome.error)
  if (!isDarkslideError(outcome.error)) return `expected ${expect}, got ${String(outcome.error)}`
  const codes = expectedCodes[expect]
  return codes?.includes(outcome.error.code) ? undefined : `expected ${expect}, got ${outcome.error.code}`
}

const expectedCodes: Readonly<Record<string, readonly string[]>> = {
  "no match": ["CRYPTO_NO_IDENTITY_MATCHED"],
  "HMAC failure": ["CRYPTO_AUTHENTICATION_FAILED"],
  "header failure": ["CRYPTO_MALFORMED", "CRYPTO_LIMIT_EXCEEDED"],
  "payload failure": ["CRYPTO_AUTHENTICATION_FAILED", "CRYPTO_MALFORMED"],
}

async function attempt(work: () => Promise<Uint8Array>): Promise<Outcome> {
  try {
    return { released: await work() }
  } catch (error) {
    return { released: new Uint8Array(), error }
  }
}

async function runStream(vector: Vector, pieceBytes: number): Promise<Outcome> {
  const released: Uint8Array[] = []
  let offset = 0
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (offset >= vector.body.length) return controller.close()
      controller.enqueue(vector.body.subarray(offset, (offset += pieceBytes)))
    },
  })
  try {
    for await (const chunk of source.pipeThrough(openStream({ with: vector.identities }))) released.push(chunk)
    return { released: Buffer.concat(released) }
  } catch (error) {
    return { released: Buffer.concat(released), error }
  }
}

type Fields = ReadonlyMap<string, readonly string[]>

function readFields(file: Uint8Array): Fields {
  const fields = new Map<string, string[]>()
  for (const line of Buffer.from(file).subarray(0, headEnd(file)).toString().split("\n")) {
    const [key = "", ...value] = line.split(": ")
    fields.set(key, [...(fields.get(key) ?? []), value.join(": ")])
  }
  return fields
}

function headEnd(file: Uint8Array): number {
  return Buffer.from(file).indexOf("\n\n")
}

function kindNotBuilt(fields: Fields): string | undefined {
  if (fields.has("armored")) return "armor"
  return fields.get("identity")?.some((text) => text.startsWith("AGE-SECRET-KEY-PQ-")) ? "hybrid" : undefined
}

function readVector(file: Uint8Array, fields: Fields): Vector {
  const body = new Uint8Array(file.subarray(headEnd(file) + 2))
  const identities = [
    ...(fields.get("identity") ?? []).map((text) => parseIdentity(text)),
    ...(fields.get("passphrase") ?? []).map((text) => passphraseIdentity(text)),
  ]
  return {
    expect: fields.get("expect")?.[0] ?? "",
    payloadHash: fields.get("payload")?.[0],
    kind: fields.has("passphrase") ? "scrypt" : "X25519",
    identities,
    body: fields.has("compressed") ? new Uint8Array(inflateSync(body)) : body,
  }
}
