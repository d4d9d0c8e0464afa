import * as serenity from "@serenity-kit/opaque"
import { beforeAll, describe, expect, test } from "vitest"
import {
  createRegistrationRequest,
  createRegistrationResponse,
  finalizeRegistration,
  finishOpaqueLogin,
  fromBase64Url,
  generateKE1,
  generateKE2,
  generateKE3,
  generateOpaqueServerKeys,
  toBase64Url,
} from "@darkslide/crypto"

const password = "correct horse battery"
const userIdentifier = "someone"
const credentialId = new TextEncoder().encode(userIdentifier)
/** Suite 1: what `stretchPassword` does, in the other library's words. */
const keyStretching = { "argon2id-custom": { memory: 65_536, iterations: 3, parallelism: 4 } }

/** One side of a registration and a login, by either library. */
interface ServerSide {
  register(request: string): string
  start(record: string, ke1: string): { ke2: string; finish: (ke3: string) => string }
}

interface ClientSide {
  register(server: ServerSide): Promise<{ record: string; exportKey: string }>
  logIn(server: ServerSide, record: string): Promise<{ exportKey: string; sessionKey: string; serverSaw: string }>
}

describe("OPAQUE beside @serenity-kit/opaque", () => {
  beforeAll(async () => await serenity.ready)

  for (const clientName of ["ours", "theirs"] as const) {
    for (const serverName of ["ours", "theirs"] as const) {
      test(`registers and logs in: client ${clientName}, server ${serverName}`, async () => {
        const server = serverName === "ours" ? ourServer() : theirServer()
        const client = clientName === "ours" ? ourClient : theirClient
        const { record, exportKey } = await client.register(server)
        const login = await client.logIn(server, record)
        expect(login.exportKey).toBe(exportKey)
        expect(login.serverSaw).toBe(login.sessionKey)
        // A record that one client made opens with the other, to the same export key.
        const other = clientName === "ours" ? theirClient : ourClient
        expect((await other.logIn(server, record)).exportKey).toBe(exportKey)
      })
    }
  }
})

function ourServer(): ServerSide {
  const keys = generateOpaqueServerKeys()
  return {
    register: (request) => toBase64Url(createRegistrationResponse(fromBase64Url(request), { keys, credentialId })),
    start(record, ke1) {
      const { ke2, state } = generateKE2(fromBase64Url(ke1), { keys, credentialId, record: fromBase64Url(record) })
      return { ke2: toBase64Url(ke2), finish: (ke3) => toBase64Url(finishOpaqueLogin(state, fromBase64Url(ke3))) }
    },
  }
}

function theirServer(): ServerSide {
  const serverSetup = serenity.server.createSetup()
  return {
    register: (registrationRequest) =>
      serenity.server.createRegistrationResponse({ serverSetup, userIdentifier, registrationRequest })
        .registrationResponse,
    start(registrationRecord, startLoginRequest) {
      const { loginResponse, serverLoginState } = serenity.server.startLogin({
        serverSetup,
        userIdentifier,
        registrationRecord,
        startLoginRequest,
      })
      return {
        ke2: loginResponse,
        finish: (finishLoginRequest) =>
          serenity.server.finishLogin({ serverLoginState, finishLoginRequest }).sessionKey,
      }
    },
  }
}

const ourClient: ClientSide = {
  async register(server) {
    const { request, state } = createRegistrationRequest(password)
    const { record, exportKey } = await finalizeRegistration(
      state,
      fromBase64Url(server.register(toBase64Url(request))),
    )
    return { record: toBase64Url(record), exportKey: toBase64Url(exportKey) }
  },
  async logIn(server, record) {
    const { ke1, state } = generateKE1(password)
    const { ke2, finish } = server.start(record, toBase64Url(ke1))
    const { ke3, exportKey, sessionKey } = await generateKE3(state, fromBase64Url(ke2))
    return {
      exportKey: toBase64Url(exportKey),
      sessionKey: toBase64Url(sessionKey),
      serverSaw: finish(toBase64Url(ke3)),
    }
  },
}

const theirClient: ClientSide = {
  async register(server) {
    const { registrationRequest, clientRegistrationState } = serenity.client.startRegistration({ password })
    const { registrationRecord, exportKey } = serenity.client.finishRegistration({
      clientRegistrationState,
      registrationResponse: server.register(registrationRequest),
      password,
      keyStretching,
    })
    return { record: registrationRecord, exportKey }
  },
  async logIn(server, record) {
    const { startLoginRequest, clientLoginState } = serenity.client.startLogin({ password })
    const { ke2, finish } = server.start(record, startLoginRequest)
    const login = serenity.client.finishLogin({ clientLoginState, loginResponse: ke2, password, keyStretching })
    if (!login) throw new Error("login refused")
    return { ...login, serverSaw: finish(login.finishLoginRequest) }
  },
}
