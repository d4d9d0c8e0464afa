import { beforeAll, describe, expect, test } from "vitest"
import {
  createRegistrationRequest,
  createRegistrationResponse,
  finalizeRegistration,
  finishOpaqueLogin,
  generateKE1,
  generateKE2,
  generateKE3,
  generateOpaqueServerKeys,
  type Stretch,
} from "@darkslide/crypto"

const stretch: Stretch = async (input) => input
const keys = generateOpaqueServerKeys()
const credentialId = new Uint8Array([1, 2, 3])
const identity = new Uint8Array(32)
const nonCanonical = new Uint8Array(32).fill(0xff)
let record: Uint8Array

beforeAll(async () => {
  const { request, state } = createRegistrationRequest("password")
  const response = createRegistrationResponse(request, { keys, credentialId })
  record = (await finalizeRegistration(state, response, { stretch })).record
})

describe("OPAQUE refuses", () => {
  test.each([
    ["the identity as blinded element", identity, 0],
    ["a non-canonical blinded element", nonCanonical, 0],
    ["the identity as key share", identity, 64],
    ["a non-canonical key share", nonCanonical, 64],
  ])("%s in KE1", (_, element, offset) => {
    const { ke1 } = generateKE1("password")
    ke1.set(element, offset)
    expectMalformed(() => generateKE2(ke1, { keys, credentialId, record }))
  })

  test.each([
    ["the identity", identity],
    ["a non-canonical element", nonCanonical],
    ["a short one", identity.subarray(1)],
  ])("%s as registration request", (_, request) => {
    expectMalformed(() => createRegistrationResponse(request, { keys, credentialId }))
  })

  test.each([
    ["the identity as evaluated element", identity, 0],
    ["a non-canonical evaluated element", nonCanonical, 0],
    ["the identity as key share", identity, 224],
    ["a non-canonical key share", nonCanonical, 224],
  ])("%s in KE2", async (_, element, offset) => {
    const { ke1, state } = generateKE1("password")
    const { ke2 } = generateKE2(ke1, { keys, credentialId, record })
    ke2.set(element, offset)
    await expect(generateKE3(state, ke2, { stretch })).rejects.toMatchObject({ code: "CRYPTO_MALFORMED" })
  })

  test.each([
    ["the identity as evaluated element", identity, 0],
    ["the identity as server key", identity, 32],
  ])("%s in a registration response", async (_, element, offset) => {
    const { request, state } = createRegistrationRequest("password")
    const response = createRegistrationResponse(request, { keys, credentialId })
    response.set(element, offset)
    await expect(finalizeRegistration(state, response, { stretch })).rejects.toMatchObject({ code: "CRYPTO_MALFORMED" })
  })

  test("every changed byte of KE2", async () => {
    const { ke1, state } = generateKE1("password")
    const { ke2 } = generateKE2(ke1, { keys, credentialId, record })
    for (let offset = 0; offset < ke2.length; offset += 7) {
      const changed = ke2.slice()
      changed[offset] = (changed[offset] ?? 0) ^ 0x20
      await expect(generateKE3(state, changed, { stretch })).rejects.toMatchObject({
        code: expect.stringMatching(/^(ACCOUNT_LOGIN_FAILED|CRYPTO_MALFORMED)$/),
      })
    }
  })

  test("an answer to another login", async () => {
    const first = generateKE1("password")
    const second = generateKE1("password")
    const { ke2 } = generateKE2(first.ke1, { keys, credentialId, record })
    await expect(generateKE3(second.state, ke2, { stretch })).rejects.toMatchObject({ code: "ACCOUNT_LOGIN_FAILED" })
  })

  test("a wrong proof, and a right one for another login", async () => {
    const { ke1, state } = generateKE1("password")
    const one = generateKE2(ke1, { keys, credentialId, record })
    const other = generateKE2(ke1, { keys, credentialId, record })
    const { ke3 } = await generateKE3(state, one.ke2, { stretch })
    expect(finishOpaqueLogin(one.state, ke3)).toHaveLength(64)
    expect(() => finishOpaqueLogin(other.state, ke3)).toThrow("the client did not prove the password")
    expect(() => finishOpaqueLogin(one.state, new Uint8Array(64))).toThrow()
  })
})

describe("generateKE3() with another server key", () => {
  const changed = { ...generateOpaqueServerKeys(), oprfSeed: keys.oprfSeed }

  test("says that the server changed, to a client that knew the old one", async () => {
    const { ke1, state } = generateKE1("password")
    const { ke2 } = generateKE2(ke1, { keys: changed, credentialId, record })
    await expect(generateKE3(state, ke2, { stretch, serverPublicKey: keys.publicKey })).rejects.toMatchObject({
      code: "ACCOUNT_SERVER_CHANGED",
    })
  })

  test("fails the login of a fresh client, whose envelope holds the old key", async () => {
    const { ke1, state } = generateKE1("password")
    const { ke2 } = generateKE2(ke1, { keys: changed, credentialId, record })
    await expect(generateKE3(state, ke2, { stretch })).rejects.toMatchObject({ code: "ACCOUNT_LOGIN_FAILED" })
  })

  test("says nothing about the server when the password is wrong", async () => {
    const { ke1, state } = generateKE1("other")
    const { ke2 } = generateKE2(ke1, { keys: changed, credentialId, record })
    await expect(generateKE3(state, ke2, { stretch, serverPublicKey: keys.publicKey })).rejects.toMatchObject({
      code: "ACCOUNT_LOGIN_FAILED",
    })
  })
})

function expectMalformed(work: () => unknown): void {
  expect(work).toThrow(expect.objectContaining({ code: "CRYPTO_MALFORMED" }) as Error)
}
