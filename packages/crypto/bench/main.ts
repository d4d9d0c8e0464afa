// `pnpm bench [--json]`: this package beside others. Run it alone, on a machine that does nothing else; trust the ratios.
import {
  createRegistrationRequest,
  createRegistrationResponse,
  finalizeRegistration,
  generateKE1,
  generateKE2,
  generateKeyPair,
  generateOpaqueServerKeys,
  open,
  openAt,
  seal,
} from "@darkslide/crypto"
import * as serenity from "@serenity-kit/opaque"
import { compare, printRows, type BenchRow, type Comparison } from "../../../tools/bench/bench.ts"
import { ageProgramRows } from "./age-program.ts"
import { chromiumRows } from "./chromium/run.ts"
import { hashingPassword, sealingFernet } from "./data.ts"
import { pgp, sodiumSecretStream, typage } from "./peers.ts"
import { streamRows } from "./stream-costs.ts"

const me = generateKeyPair()
const to = [me.recipient]
const { encrypter, decrypter } = typage(me.recipient.toString(), me.toString())
const KiB = 1 << 10
const MiB = 1 << 20

const comparisons: Comparison[] = [
  ...[
    { bytes: KiB, runs: 200, goal: 3 },
    { bytes: MiB, runs: 12, goal: 7 },
    { bytes: 64 * MiB, runs: 1, goal: 4 },
  ].map(sealing),
  ...(await Promise.all(
    [
      { bytes: MiB, runs: 12, goal: 4 },
      { bytes: 64 * MiB, runs: 1, goal: 4 },
    ].map(opening),
  )),
  await otherPeer("libsodium-wrappers", sodiumSecretStream()),
  await otherPeer("openpgp", pgp()),
  await randomAccess(),
  await login(),
  sealingFernet(pattern(MiB)),
  hashingPassword(),
]

const rows: BenchRow[] = streamRows()
for (const comparison of comparisons) rows.push(await compare(comparison))
rows.push(...(await ageProgramRows()), ...(await chromiumRows()))
printRows(rows)

type Size = Pick<Comparison, "runs" | "goal"> & { readonly bytes: number }

function sealing({ bytes, runs, goal }: Size): Comparison {
  const plaintext = pattern(bytes)
  return {
    name: `seal ${sizeOf(bytes)}`,
    bytes,
    runs,
    goal,
    peerName: "age-encryption",
    ours: () => seal(plaintext, { to }),
    peer: () => encrypter.encrypt(plaintext),
  }
}

async function opening({ bytes, runs, goal }: Size): Promise<Comparison> {
  const sealed = await seal(pattern(bytes), { to })
  return {
    name: `open ${sizeOf(bytes)}`,
    bytes,
    runs,
    goal,
    peerName: "age-encryption",
    ours: () => open(sealed, { with: [me] }),
    peer: () => decrypter.decrypt(sealed),
  }
}

async function otherPeer(peerName: string, ready: Promise<(plaintext: Uint8Array) => unknown>): Promise<Comparison> {
  const encrypt = await ready
  const plaintext = pattern(16 * MiB)
  return {
    name: "seal 16 MiB",
    bytes: plaintext.length,
    runs: 2,
    goal: 1,
    peerName,
    ours: () => seal(plaintext, { to }),
    peer: async () => await encrypt(plaintext),
  }
}

/** 64 KiB at 90 % of 64 MiB, from a fresh `openAt`; typage has to open all of it. */
async function randomAccess(): Promise<Comparison> {
  const sealed = new Blob([new Uint8Array(await seal(pattern(64 * MiB), { to }))])
  const bytes = new Uint8Array(await sealed.arrayBuffer())
  const offset = Math.floor(64 * MiB * 0.9)
  return {
    name: "read 64 KiB at 90 % of 64 MiB",
    runs: 2,
    goal: 100,
    peerName: "age-encryption, opening all",
    ours: async () => await (await openAt(sealed, { with: [me] })).read(offset, 64 * KiB),
    peer: () => decrypter.decrypt(bytes),
  }
}

/** The server's answer to a login: ours in JavaScript, theirs in WebAssembly. */
async function login(): Promise<Comparison> {
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
  const theirs = { serverSetup, userIdentifier: "a", registrationRecord, startLoginRequest }
  return {
    name: "answer a login",
    runs: 100,
    goal: 0.1,
    peerName: "@serenity-kit/opaque",
    ours: async () => generateKE2(ke1, { keys, credentialId, record }),
    peer: async () => serenity.server.startLogin(theirs),
  }
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

function pattern(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size).map((_, i) => i)
}

function sizeOf(bytes: number): string {
  return bytes < MiB ? `${bytes / KiB} KiB` : `${bytes / MiB} MiB`
}
