// `pnpm bench [--json]`: this package beside others, in one process. Run it alone; trust the ratios.
import {
  createRegistrationRequest,
  createRegistrationResponse,
  finalizeRegistration,
  generateKE1,
  generateKE2,
  generateKeyPair,
  generateOpaqueServerKeys,
  open,
  seal,
  sealStream,
} from "@darkslide/crypto"
import * as serenity from "@serenity-kit/opaque"
import { Decrypter, Encrypter } from "age-encryption"
import { runBench, type Comparison } from "../../../tools/bench/bench.ts"

const me = generateKeyPair()
const to = [me.recipient]
const encrypter = new Encrypter()
encrypter.addRecipient(me.recipient.toString())
const decrypter = new Decrypter()
decrypter.addIdentity(me.toString())

await runBench([
  sealing({ bytes: 1 << 10, runs: 200, goal: 3 }),
  sealing({ bytes: 1 << 20, runs: 12, goal: 7 }),
  await opening({ bytes: 1 << 20, runs: 12, goal: 4 }),
  sealingStream({ bytes: 32 << 20, runs: 3, goal: 5 }),
  await login({ runs: 100, goal: 0.1 }),
])

type Size = Pick<Comparison, "runs" | "goal"> & { readonly bytes: number }

function sealing({ bytes, runs, goal }: Size): Comparison {
  const plaintext = pattern(bytes)
  return {
    name: `seal ${bytes} bytes`,
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
    name: `open ${bytes} bytes`,
    bytes,
    runs,
    goal,
    peerName: "age-encryption",
    ours: () => open(sealed, { with: [me] }),
    peer: () => decrypter.decrypt(sealed),
  }
}

function sealingStream({ bytes, runs, goal }: Size): Comparison {
  return {
    name: `seal a stream of ${bytes} bytes`,
    bytes,
    runs,
    goal,
    peerName: "age-encryption",
    ours: () => drain(zeros(bytes).pipeThrough(sealStream({ to }))),
    peer: async () => await drain(await encrypter.encrypt(zeros(bytes))),
  }
}

/** The server's answer to a login: ours in JavaScript, theirs in WebAssembly. */
async function login({ runs, goal }: Pick<Comparison, "runs" | "goal">): Promise<Comparison> {
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
    runs,
    goal,
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

function pattern(size: number): Uint8Array {
  return new Uint8Array(size).map((_, i) => i)
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
