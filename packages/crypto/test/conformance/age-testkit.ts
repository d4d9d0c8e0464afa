import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { inflateSync } from "node:zlib"
import { armor, dearmor, dearmorStream, isDarkslideError, open, openPayload, openStream } from "@darkslide/crypto"
import { passphraseIdentity, type Identity } from "@darkslide/crypto"
import { parseIdentityFile } from "@darkslide/crypto/files"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { nobleAead } from "../../src/aead/noble.ts"
import { formatHeader, parseHeader } from "../../src/age/header.ts"
import { splitFile } from "../../src/age/open.ts"
import { preparePayload } from "../../src/age/payload.ts"

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
  readonly fileKey: string | undefined
  readonly kind: string
  readonly armored: boolean
  readonly identities: readonly Identity[]
  readonly body: Uint8Array
}

async function runVector(name: string, file: Uint8Array): Promise<VectorOutcome> {
  const fields = readFields(file)
  const vector = readVector(file, fields)
  const problems = []
  for (const [mode, run] of Object.entries(modes)) {
    const problem = judge(vector, mode, await run(vector))
    if (problem !== undefined) problems.push(`${mode}: ${problem}`)
  }
  problems.push(...(await encodeAgain(vector)))
  const outcome = problems.length === 0 ? "passed" : "failed"
  return { vector: name, kind: vector.kind, outcome, detail: problems.join("; ") }
}

interface Outcome {
  readonly released: Uint8Array
  readonly error?: unknown
}

const modes: Readonly<Record<string, (vector: Vector) => Promise<Outcome>>> = {
  whole: (vector) => attempt(() => open(binaryOf(vector), { with: vector.identities })),
  noble: (vector) => attempt(() => open(binaryOf(vector), { with: vector.identities, aead: nobleAead })),
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
  "armor failure": ["CRYPTO_MALFORMED"],
  "payload failure": ["CRYPTO_AUTHENTICATION_FAILED", "CRYPTO_MALFORMED"],
}

/** Header and payload, taken out of their armor. */
function binaryOf({ armored, body }: Vector): Uint8Array {
  return armored ? dearmor(body) : body
}

async function attempt(work: () => Promise<Uint8Array>): Promise<Outcome> {
  try {
    return { released: await work() }
  } catch (error) {
    return { released: new Uint8Array(), error }
  }
}

/** What can be read is written again to the same bytes: the header, the payload, the armor. */
async function encodeAgain(vector: Vector): Promise<string[]> {
  if (vector.expect === "header failure" || vector.expect === "armor failure") return []
  const problems = []
  const file = binaryOf(vector)
  const { header, payload } = splitFile(file)
  const { stanzas, macInput, mac } = parseHeader(header)
  if (vector.fileKey !== undefined && vector.expect !== "HMAC failure") {
    const again = formatHeader(Buffer.from(vector.fileKey, "hex"), stanzas)
    if (Buffer.compare(again, header) !== 0) problems.push("header: encoded to other bytes")
  } else {
    const again = formatHeader(new Uint8Array(16), stanzas)
    const same = Buffer.compare(again.subarray(0, macInput.length), macInput) === 0
    if (!same || mac.length !== 32) problems.push("header: encoded to other bytes")
  }
  if (vector.expect === "success" && vector.fileKey !== undefined) {
    const fileKey = Buffer.from(vector.fileKey, "hex")
    const again = new Uint8Array(payload.length)
    await (
      await preparePayload(fileKey, await openPayload(fileKey, payload), nobleAead, payload.slice(0, 16))
    ).sealInto(again)
    if (Buffer.compare(again, payload) !== 0) problems.push("payload: sealed to other bytes")
  }
  if (Buffer.compare(dearmor(armor(file)), file) !== 0) problems.push("armor: encoded to other bytes")
  return problems
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
    const binary = vector.armored ? source.pipeThrough(dearmorStream()) : source
    for await (const chunk of binary.pipeThrough(openStream({ with: vector.identities }))) released.push(chunk)
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

function readVector(file: Uint8Array, fields: Fields): Vector {
  const body = new Uint8Array(file.subarray(headEnd(file) + 2))
  const identities = [
    ...(fields.get("identity") ?? []).flatMap((text) => parseIdentityFile(text)),
    ...(fields.get("passphrase") ?? []).map((text) => passphraseIdentity(text)),
  ]
  return {
    expect: fields.get("expect")?.[0] ?? "",
    payloadHash: fields.get("payload")?.[0],
    fileKey: fields.get("file key")?.[0],
    kind: kindOf(fields),
    armored: fields.has("armored"),
    identities,
    body: fields.has("compressed") ? new Uint8Array(inflateSync(body)) : body,
  }
}

function kindOf(fields: Fields): string {
  if (fields.has("armored")) return "armor"
  if (fields.get("identity")?.some((text) => text.startsWith("AGE-SECRET-KEY-PQ-"))) return "hybrid"
  return fields.has("passphrase") ? "scrypt" : "X25519"
}
