import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { createRegistrationRequest, finalizeRegistration, generateKE1, generateKE3 } from "../../src/opaque/client.ts"
import { createRegistrationResponse, finishOpaqueLogin, generateKE2 } from "../../src/opaque/server.ts"

type Hex = Readonly<Record<string, string>>

interface Vector {
  readonly config: Hex
  readonly inputs: Hex
  readonly outputs: Hex
}

/** The vectors of RFC 9807: every message and key of a registration and a login, byte for byte. */
export const set: ConformanceSet = {
  name: "opaque",
  async *run(folder) {
    const vectors = JSON.parse(await readFile(join(folder, "vectors.json"), "utf8")) as readonly Vector[]
    for (const [index, vector] of vectors.entries()) yield await runVector(`${index}`, vector)
  },
}

async function runVector(name: string, vector: Vector): Promise<VectorOutcome> {
  const { Group: group = "", Fake: fake } = vector.config
  if (group !== "ristretto255") return { vector: name, kind: group, outcome: "not-built" }
  const computed = fake === "True" ? runFake(vector) : await runReal(vector)
  const wrong = Object.keys(vector.outputs).filter((key) => computed[key] !== vector.outputs[key])
  return { vector: name, kind: group, outcome: wrong.length === 0 ? "passed" : "failed", detail: wrong.join(", ") }
}

async function runReal({ config, inputs, outputs }: Vector): Promise<Hex> {
  const options = optionsOf(config, inputs)
  const password = Buffer.from(inputs["password"] ?? "", "hex").toString()
  const stretch = async (input: Uint8Array): Promise<Uint8Array> => input
  const registration = createRegistrationRequest(password, randomOf(blindBytes(inputs["blind_registration"])))
  const response = createRegistrationResponse(registration.request, options)
  const record = await finalizeRegistration(registration.state, response, {
    ...options,
    stretch,
    random: randomOf(bytes(inputs["envelope_nonce"])),
  })
  const login = generateKE1(
    password,
    randomOf(blindBytes(inputs["blind_login"]), bytes(inputs["client_nonce"]), bytes(inputs["client_keyshare_seed"])),
  )
  const answer = generateKE2(login.ke1, { ...options, record: record.record }, serverRandom(inputs))
  const proof = await generateKE3(login.state, answer.ke2, { ...options, stretch })
  if (hex(proof.exportKey) !== hex(record.exportKey)) return {}
  return {
    ...outputs,
    registration_request: hex(registration.request),
    registration_response: hex(response),
    registration_upload: hex(record.record),
    KE1: hex(login.ke1),
    KE2: hex(answer.ke2),
    KE3: hex(proof.ke3),
    export_key: hex(proof.exportKey),
    session_key: hex(finishOpaqueLogin(answer.state, proof.ke3)),
  }
}

function runFake({ config, inputs }: Vector): Hex {
  const envelope = new Uint8Array(96)
  const record = Buffer.concat([bytes(inputs["client_public_key"]), bytes(inputs["masking_key"]), envelope])
  const answer = generateKE2(bytes(inputs["KE1"]), { ...optionsOf(config, inputs), record }, serverRandom(inputs))
  return { KE2: hex(answer.ke2) }
}

function optionsOf(config: Hex, inputs: Hex) {
  const identity = (name: string) => (inputs[name] === undefined ? undefined : bytes(inputs[name]))
  return {
    keys: {
      oprfSeed: bytes(inputs["oprf_seed"]),
      privateKey: bytes(inputs["server_private_key"]),
      publicKey: bytes(inputs["server_public_key"]),
    },
    credentialId: bytes(inputs["credential_identifier"]),
    identities: { client: identity("client_identity"), server: identity("server_identity") },
    context: bytes(config["Context"]),
  }
}

function serverRandom(inputs: Hex): (length?: number) => Uint8Array<ArrayBuffer> {
  return randomOf(bytes(inputs["masking_nonce"]), bytes(inputs["server_nonce"]), bytes(inputs["server_keyshare_seed"]))
}

/** Gives these bytes, one after the other, where a generator is asked for. */
function randomOf(...values: Uint8Array<ArrayBuffer>[]): (length?: number) => Uint8Array<ArrayBuffer> {
  return () => {
    const value = values.shift()
    if (!value) throw new RangeError("more random bytes asked for than the vector has")
    return value
  }
}

/** The generator's output that reduces to this scalar: hashing to the field maps x to x mod (order - 1) + 1. */
function blindBytes(scalar: string | undefined): Uint8Array<ArrayBuffer> {
  let value =
    BigInt(
      `0x${Buffer.from(scalar ?? "", "hex")
        .reverse()
        .toString("hex")}`,
    ) - 1n
  return new Uint8Array(64).map(() => {
    const byte = Number(value & 0xffn)
    value >>= 8n
    return byte
  })
}

function bytes(text: string | undefined): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text ?? "", "hex"))
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex")
}
