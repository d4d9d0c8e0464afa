// `pnpm bench [--json]`: this package beside others, in one process, by CPU time. Run it alone; trust the ratios.
import { parseArgs } from "node:util"
import { Decrypter, Encrypter } from "age-encryption"
import * as serenity from "@serenity-kit/opaque"
import {
  createRegistrationRequest,
  createRegistrationResponse,
  finalizeRegistration,
  fromBase64Url,
  generateKE1,
  generateKE2,
  generateKeyPair,
  generateOpaqueServerKeys,
  open,
  seal,
  sealStream,
} from "@darkslide/crypto"

interface Row {
  readonly name: string
  readonly ours: number
  readonly peer: number
  readonly peerName: string
  readonly unit: "MiB per CPU second" | "operations per CPU second"
  /** Above 1, ours is better. */
  readonly ratio: number
  readonly goal: number
}

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } })
const rows = [
  await sealRow(1 << 10, 200, 3),
  await sealRow(1 << 20, 12, 7),
  await openRow(1 << 20, 12, 7),
  await streamRow(),
  await loginRow(),
]
if (values.json) for (const row of rows) console.log(JSON.stringify(row))
else
  console.table(rows.map((row) => ({ ...row, ours: round(row.ours), peer: round(row.peer), ratio: round(row.ratio) })))

async function sealRow(size: number, runs: number, goal: number): Promise<Row> {
  const { me, theirs, plaintext } = setUp(size)
  const ours = () => seal(plaintext, { to: [me.recipient] })
  return await compare(`seal ${size} bytes`, size, runs, goal, "age-encryption", ours, () => theirs.encrypt(plaintext))
}

async function openRow(size: number, runs: number, goal: number): Promise<Row> {
  const { me, decrypter, plaintext } = setUp(size)
  const sealed = await seal(plaintext, { to: [me.recipient] })
  const ours = () => open(sealed, { with: [me] })
  return await compare(`open ${size} bytes`, size, runs, goal, "age-encryption", ours, () => decrypter.decrypt(sealed))
}

async function streamRow(): Promise<Row> {
  const size = 32 << 20
  const { me, theirs } = setUp(0)
  const ours = () => drain(zeros(size).pipeThrough(sealStream({ to: [me.recipient] })))
  const peer = async () => drain(await theirs.encrypt(zeros(size)))
  return await compare(`seal a stream of ${size} bytes`, size, 3, 5, "age-encryption", ours, peer)
}

async function loginRow(): Promise<Row> {
  await serenity.ready
  const keys = generateOpaqueServerKeys()
  const credentialId = new Uint8Array([1])
  const { request, state } = createRegistrationRequest("password")
  const response = createRegistrationResponse(request, { keys, credentialId })
  const { record } = await finalizeRegistration(state, response, { stretch: async (input) => input })
  const { ke1 } = generateKE1("password")
  const serverSetup = serenity.server.createSetup()
  const registrationRecord = theirRecord(serverSetup)
  const { startLoginRequest } = serenity.client.startLogin({ password: "password" })
  const ours = async () => generateKE2(ke1, { keys, credentialId, record })
  const peer = async () =>
    serenity.server.startLogin({ serverSetup, userIdentifier: "a", startLoginRequest, registrationRecord })
  if (fromBase64Url(startLoginRequest).length !== ke1.length) throw new Error("not the same protocol")
  return await compare("answer a login", undefined, 100, 0.1, "@serenity-kit/opaque (WASM)", ours, peer)
}

function theirRecord(serverSetup: string): string {
  const password = "password"
  const { clientRegistrationState, registrationRequest } = serenity.client.startRegistration({ password })
  const { registrationResponse } = serenity.server.createRegistrationResponse({
    serverSetup,
    userIdentifier: "a",
    registrationRequest,
  })
  const keyStretching = { "argon2id-custom": { memory: 1024, iterations: 1, parallelism: 1 } }
  return serenity.client.finishRegistration({
    clientRegistrationState,
    registrationResponse,
    password,
    keyStretching,
  }).registrationRecord
}

/** Interleaves both sides, and takes the best of three of each: what a busy machine adds is never less. */
async function compare(
  name: string,
  bytes: number | undefined,
  runs: number,
  goal: number,
  peerName: string,
  ours: () => Promise<unknown>,
  peer: () => Promise<unknown>,
): Promise<Row> {
  await cpuSeconds(Math.ceil(runs / 4), ours)
  await cpuSeconds(Math.ceil(runs / 4), peer)
  const best = { ours: Infinity, peer: Infinity }
  for (let round = 0; round < 3; round++) {
    best.ours = Math.min(best.ours, await cpuSeconds(runs, ours))
    best.peer = Math.min(best.peer, await cpuSeconds(runs, peer))
  }
  const amount = (runs * (bytes ?? 1 << 20)) / (1 << 20)
  const useMiB = bytes !== undefined && bytes >= 1 << 20
  const rate = (seconds: number) => (useMiB ? amount : runs) / seconds
  const unit = useMiB ? "MiB per CPU second" : "operations per CPU second"
  return { name, ours: rate(best.ours), peer: rate(best.peer), peerName, unit, ratio: best.peer / best.ours, goal }
}

async function cpuSeconds(runs: number, work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  for (let run = 0; run < runs; run++) await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

function setUp(size: number) {
  const me = generateKeyPair()
  const theirs = new Encrypter()
  theirs.addRecipient(me.recipient.toString())
  const decrypter = new Decrypter()
  decrypter.addIdentity(me.toString())
  return { me, theirs, decrypter, plaintext: new Uint8Array(size).map((_, i) => i) }
}

function zeros(size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = size
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close()
      left -= 65_536
      controller.enqueue(new Uint8Array(65_536))
    },
  })
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader()
  while (!(await reader.read()).done);
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
