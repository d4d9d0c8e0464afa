import { randomBytes, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import {
  createGroup,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  joinGroup,
  type Capabilities,
  type CiphersuiteImpl,
} from "ts-mls"
import { verifyKeyPackage } from "ts-mls/keyPackage.js"
import { RoomsError } from "../errors.ts"
import type { CandidateOptions, GroupCandidate, GroupKeysProvider } from "./group-keys.ts"
import { guard, MlsGroupKeys, readKeyPackageMessage, readWelcome } from "./mls-group-keys.ts"
import { MlsMembers } from "./mls-members.ts"
import { mlsSuite, type MlsKem } from "./mls-suite.ts"

/** Admission, not age, says who is in a room: leaves do not expire. */
const lifetime = { notBefore: 0n, notAfter: 9_223_372_036_854_775_807n }

/**
 * MLS (RFC 9420) for the keys of rooms, over ts-mls. All members of a room use the same `kem`.
 * `joinRoom` and `createRoom` load it by themselves when no other provider is given.
 */
export function mlsGroupKeys(options: { readonly kem?: MlsKem | undefined } = {}): GroupKeysProvider {
  let loading: Promise<CiphersuiteImpl> | undefined
  const suite = async (): Promise<CiphersuiteImpl> => await (loading ??= mlsSuite(options.kem ?? "x25519"))
  return {
    name: "mls",
    prepare: async (candidate) => await prepare(candidate, await suite()),
    async readKeyPackage(bytes, roomId) {
      const keyPackage = readKeyPackageMessage(bytes)
      const { credential, signaturePublicKey } = keyPackage.leafNode
      const implementation = await suite()
      const isSigned =
        keyPackage.cipherSuite === implementation.name &&
        (await guard("check key package", () => verifyKeyPackage(keyPackage, implementation.signature)))
      if (!isSigned) throw new RoomsError("ROOMS_FORGED", "Cannot trust key package: of another suite, or not signed")
      return new MlsMembers(roomId).factsOf(credential, signaturePublicKey)
    },
  }
}

async function prepare(options: CandidateOptions, suite: CiphersuiteImpl): Promise<GroupCandidate> {
  const { roomId, leafSeed, credential } = options
  const capabilities: Capabilities = {
    versions: ["mls10"],
    ciphersuites: [suite.name],
    extensions: [],
    proposals: [],
    credentials: ["basic"],
  }
  const keys = { signKey: leafSeed.slice(), publicKey: signerFromSeed(leafSeed).publicKey }
  const basic = { credentialType: "basic", identity: credential } as const
  const { publicPackage, privatePackage } = await generateKeyPackageWithKey(
    basic,
    capabilities,
    lifetime,
    [],
    keys,
    suite,
  )
  const members = new MlsMembers(roomId)
  const config = members.clientConfig
  return {
    keyPackage: encodeMlsMessage({ version: "mls10", wireformat: "mls_key_package", keyPackage: publicPackage }),
    async found() {
      const groupId = new TextEncoder().encode(`${roomId}/${toBase64Url(randomBytes(16))}`)
      const state = await guard("found group", () =>
        createGroup(groupId, publicPackage, privatePackage, [], suite, config),
      )
      return new MlsGroupKeys(state, suite, members)
    },
    async join(bytes) {
      const welcome = readWelcome(bytes)
      const state = await guard("join group", () =>
        joinGroup(welcome, publicPackage, privatePackage, emptyPskIndex, suite, undefined, undefined, config),
      )
      if (!new TextDecoder().decode(state.groupContext.groupId).startsWith(`${roomId}/`))
        throw new RoomsError("ROOMS_FORGED", "Cannot join group: it is of another room")
      return new MlsGroupKeys(state, suite, members)
    },
  }
}
