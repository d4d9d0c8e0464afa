import { verifySignature } from "@darkslide/crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import {
  acceptAll,
  bytesToBase64,
  ciphersuites,
  decodeMlsMessage,
  encodeMlsMessage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  makePskIndex,
  processMessage,
  type CiphersuiteImpl,
  type CiphersuiteName,
  type MLSMessage,
} from "ts-mls"
import { decodeAuthenticatedContent } from "ts-mls/authenticatedContent.js"
import { decodeCommit, encodeCommit } from "ts-mls/commit.js"
import { determineLength } from "ts-mls/codec/variableLength.js"
import { expandWithLabel, deriveSecret, deriveTreeSecret } from "ts-mls/crypto/kdf.js"
import { refhash } from "ts-mls/crypto/hash.js"
import { decryptWithLabel, encryptWithLabel } from "ts-mls/crypto/hpke.js"
import { signWithLabel, verifyWithLabel } from "ts-mls/crypto/signature.js"
import { verifyConfirmationTag } from "ts-mls/framedContent.js"
import { verifyGroupInfoConfirmationTag, verifyGroupInfoSignature } from "ts-mls/groupInfo.js"
import { decodeGroupSecrets, encodeGroupSecrets } from "ts-mls/groupSecrets.js"
import { makeKeyPackageRef } from "ts-mls/keyPackage.js"
import { verifyLeafNodeSignature } from "ts-mls/leafNode.js"
import { verifyParentHashes } from "ts-mls/parentHash.js"
import { computePskSecret } from "ts-mls/presharedkey.js"
import { decodeRatchetTree, encodeRatchetTree, resolution } from "ts-mls/ratchetTree.js"
import { createConfirmedHash, createInterimHash } from "ts-mls/transcriptHash.js"
import { treeHash } from "ts-mls/treeHash.js"
import { left, nodeWidth, parent, right, root, sibling, toNodeIndex } from "ts-mls/treemath.js"
import { decryptGroupInfo, decryptGroupSecrets } from "ts-mls/welcome.js"
import type { ConformanceSet } from "../../../../tools/conformance/set.ts"

type Json = null | number | string | readonly Json[] | { readonly [name: string]: Json }
type Vector = { readonly [name: string]: Json }

/**
 * The working group's vectors for RFC 9420, over ts-mls with our verifier of signatures. The passive clients are the
 * whole protocol; tables of ts-mls that rooms reach through them alone are left to its own tests.
 */
export const set: ConformanceSet = {
  name: "mls",
  async *run(folder) {
    for (const [file, check] of Object.entries(checks)) {
      const vectors = JSON.parse(await readFile(join(folder, `${file}.json`), "utf8")) as readonly Vector[]
      for (const [index, vector] of vectors.entries()) {
        const name = `${file}.json#${index}`
        const suite = vector["cipher_suite"]
        if (check === undefined) yield { vector: name, kind: `${file}, inside ts-mls`, outcome: "not-built" }
        else if (suite === 4 || suite === 6) yield { vector: name, kind: "X448", outcome: "not-built" }
        else yield { vector: name, kind: `suite ${String(suite)}`, ...(await outcomeOf(check, vector)) }
      }
    }
  },
}

async function outcomeOf(check: (vector: Vector) => Promise<boolean>, vector: Vector) {
  try {
    return { outcome: (await check(vector)) ? "passed" : "failed" } as const
  } catch (error) {
    return { outcome: "failed", detail: String(error) } as const
  }
}

const checks: Readonly<Record<string, ((vector: Vector) => Promise<boolean>) | undefined>> = {
  "passive-client-welcome": checkPassiveClient,
  "passive-client-handling-commit": checkPassiveClient,
  welcome: checkWelcome,
  messages: checkMessages,
  deserialization: checkDeserialization,
  "tree-math": checkTreeMath,
  "crypto-basics": checkCryptoBasics,
  psk_secret: checkPskSecret,
  "transcript-hashes": checkTranscriptHashes,
  "tree-validation": checkTree,
  "key-schedule": undefined,
  "message-protection": undefined,
  "secret-tree": undefined,
  "tree-operations": undefined,
  treekem: undefined,
}

async function checkPassiveClient(vector: Vector): Promise<boolean> {
  const suite = await suiteOf(vector)
  const keyPackage = message(vector, "key_package", "mls_key_package").keyPackage
  const { welcome } = message(vector, "welcome", "mls_welcome")
  const psks = Object.fromEntries(
    list(vector, "external_psks").map((psk) => [bytesToBase64(bytes(psk, "psk_id")), bytes(psk, "psk")]),
  )
  const tree = vector["ratchet_tree"] === null ? undefined : decodeRatchetTree(bytes(vector, "ratchet_tree"), 0)?.[0]
  const keys = {
    initPrivateKey: bytes(vector, "init_priv"),
    hpkePrivateKey: bytes(vector, "encryption_priv"),
    signaturePrivateKey: bytes(vector, "signature_priv"),
  }
  let state = await joinGroup(welcome, keyPackage, keys, makePskIndex(undefined, psks), suite, tree)
  if (hex(state.keySchedule.epochAuthenticator) !== vector["initial_epoch_authenticator"]) return false
  for (const epoch of list(vector, "epochs")) {
    const handshakes = [...(epoch["proposals"] as readonly string[]), String(epoch["commit"])]
    for (const handshake of handshakes) {
      const received = decode(handshake)
      if (received.wireformat !== "mls_private_message" && received.wireformat !== "mls_public_message") return false
      // ts-mls hands PSKs on for public messages only: the index must know the state.
      const result = await processMessage(received, state, makePskIndex(state, psks), acceptAll, suite)
      state = result.newState
    }
    if (hex(state.keySchedule.epochAuthenticator) !== epoch["epoch_authenticator"]) return false
  }
  return true
}

async function checkWelcome(vector: Vector): Promise<boolean> {
  const suite = await suiteOf(vector)
  const { keyPackage } = message(vector, "key_package", "mls_key_package")
  const { welcome } = message(vector, "welcome", "mls_welcome")
  const key = await suite.hpke.importPrivateKey(bytes(vector, "init_priv"))
  const reference = await makeKeyPackageRef(keyPackage, suite.hash)
  const secrets = await decryptGroupSecrets(key, reference, welcome, suite.hpke)
  const noPsk = new Uint8Array(suite.kdf.size)
  const info = secrets && (await decryptGroupInfo(welcome, secrets.joinerSecret, noPsk, suite))
  if (!info) return false
  const isSigned = await verifyGroupInfoSignature(info, bytes(vector, "signer_pub"), suite.signature)
  return isSigned && (await verifyGroupInfoConfirmationTag(info, secrets.joinerSecret, noPsk, suite))
}

/** Whole messages are decoded and encoded again, byte for byte; of the parts those that stand alone. */
async function checkMessages(vector: Vector): Promise<boolean> {
  const names = ["mls_welcome", "mls_group_info", "mls_key_package", "public_message_application"]
  names.push("public_message_proposal", "public_message_commit", "private_message")
  const whole = names.every((name) => hex(encodeMlsMessage(decode(text(vector, name)))) === vector[name])
  const tree = decodeRatchetTree(bytes(vector, "ratchet_tree"), 0)?.[0]
  const secrets = decodeGroupSecrets(bytes(vector, "group_secrets"), 0)?.[0]
  const commit = decodeCommit(bytes(vector, "commit"), 0)?.[0]
  return (
    whole &&
    tree !== undefined &&
    hex(encodeRatchetTree(tree)) === vector["ratchet_tree"] &&
    secrets !== undefined &&
    hex(encodeGroupSecrets(secrets)) === vector["group_secrets"] &&
    commit !== undefined &&
    hex(encodeCommit(commit)) === vector["commit"]
  )
}

async function checkDeserialization(vector: Vector): Promise<boolean> {
  return determineLength(bytes(vector, "vlbytes_header")).length === vector["length"]
}

async function checkTreeMath(vector: Vector): Promise<boolean> {
  const leaves = Number(vector["n_leaves"])
  const nodes = Number(vector["n_nodes"])
  const tables = { left, right, parent, sibling }
  const isTable = Object.entries(tables).every(([name, relation]) =>
    (vector[name] as readonly (number | null)[]).every((expected, node) => {
      return expected === null || (relation(toNodeIndex(node), leaves) as number) === expected
    }),
  )
  return isTable && nodeWidth(leaves) === nodes && (root(leaves) as number) === vector["root"]
}

async function checkCryptoBasics(vector: Vector): Promise<boolean> {
  const { hash, kdf, signature, hpke } = await suiteOf(vector)
  const [ref, expand, derive, tree] = ["ref_hash", "expand_with_label", "derive_secret", "derive_tree_secret"].map(
    (name) => vector[name] as Vector,
  )
  const sign = vector["sign_with_label"] as Vector
  const encrypt = vector["encrypt_with_label"] as Vector
  if (!ref || !expand || !derive || !tree) return false
  const derived = [
    [ref, await refhash(text(ref, "label"), bytes(ref, "value"), hash)],
    [
      expand,
      await expandWithLabel(
        bytes(expand, "secret"),
        text(expand, "label"),
        bytes(expand, "context"),
        Number(expand["length"]),
        kdf,
      ),
    ],
    [derive, await deriveSecret(bytes(derive, "secret"), text(derive, "label"), kdf)],
    [
      tree,
      await deriveTreeSecret(
        bytes(tree, "secret"),
        text(tree, "label"),
        Number(tree["generation"]),
        Number(tree["length"]),
        kdf,
      ),
    ],
  ] as const
  if (derived.some(([part, out]) => hex(out) !== part["out"])) return false
  const [publicKey, label, content] = [bytes(sign, "pub"), text(sign, "label"), bytes(sign, "content")]
  const own = await signWithLabel(bytes(sign, "priv"), label, content, signature)
  for (const candidate of [own, bytes(sign, "signature")])
    if (!(await verifyWithLabel(publicKey, label, content, candidate, signature))) return false
  const key = await hpke.importPrivateKey(bytes(encrypt, "priv"))
  const context = [text(encrypt, "label"), bytes(encrypt, "context")] as const
  const to = await hpke.importPublicKey(bytes(encrypt, "pub"))
  const again = await encryptWithLabel(to, ...context, bytes(encrypt, "plaintext"), hpke)
  const given = { enc: bytes(encrypt, "kem_output"), ct: bytes(encrypt, "ciphertext") }
  for (const { enc, ct } of [given, again])
    if (hex(await decryptWithLabel(key, ...context, enc, ct, hpke)) !== encrypt["plaintext"]) return false
  return true
}

async function checkPskSecret(vector: Vector): Promise<boolean> {
  const psks = list(vector, "psks").map((psk) => {
    const id = { psktype: "external", pskId: bytes(psk, "psk_id"), pskNonce: bytes(psk, "psk_nonce") } as const
    return [id, bytes(psk, "psk")] as [typeof id, Uint8Array]
  })
  return hex(await computePskSecret(psks, await suiteOf(vector))) === vector["psk_secret"]
}

async function checkTranscriptHashes(vector: Vector): Promise<boolean> {
  const { hash } = await suiteOf(vector)
  const { content, auth, wireformat } = decodeAuthenticatedContent(bytes(vector, "authenticated_content"), 0)?.[0] ?? {}
  if (content?.contentType !== "commit" || auth?.contentType !== "commit" || !wireformat) return false
  const input = { wireformat, content, signature: auth.signature }
  const confirmed = await createConfirmedHash(bytes(vector, "interim_transcript_hash_before"), input, hash)
  const interim = await createInterimHash(confirmed, auth.confirmationTag, hash)
  return (
    hex(confirmed) === vector["confirmed_transcript_hash_after"] &&
    hex(interim) === vector["interim_transcript_hash_after"] &&
    (await verifyConfirmationTag(bytes(vector, "confirmation_key"), auth.confirmationTag, confirmed, hash))
  )
}

/** Hashes, resolutions, parent hashes, and the signature of every leaf. */
async function checkTree(vector: Vector): Promise<boolean> {
  const { hash, signature } = await suiteOf(vector)
  const tree = decodeRatchetTree(bytes(vector, "tree"), 0)?.[0]
  if (!tree) return false
  const hashes = vector["tree_hashes"] as readonly string[]
  const resolutions = vector["resolutions"] as readonly (readonly number[])[]
  for (const [node, expected] of hashes.entries()) {
    if (hex(await treeHash(tree, toNodeIndex(node), hash)) !== expected) return false
    if (resolution(tree, toNodeIndex(node)).join() !== resolutions[node]?.join()) return false
  }
  for (const [index, node] of tree.entries()) {
    if (node?.nodeType !== "leaf") continue
    if (!(await verifyLeafNodeSignature(node.leaf, bytes(vector, "group_id"), index / 2, signature))) return false
  }
  return await verifyParentHashes(tree, hash)
}

/** As rooms use it: Ed25519 is judged by our own verifier. */
async function suiteOf(vector: Vector): Promise<CiphersuiteImpl> {
  const found = Object.entries(ciphersuites).find(([, id]) => id === vector["cipher_suite"])
  const name = found?.[0] as CiphersuiteName
  const suite = await getCiphersuiteImpl(getCiphersuiteFromName(name))
  if (!name.endsWith("Ed25519")) return suite
  const verify: CiphersuiteImpl["signature"]["verify"] = async (publicKey, content, signature) =>
    verifySignature(signature, content, publicKey)
  return { ...suite, signature: { ...suite.signature, verify } }
}

function decode(encoded: string): MLSMessage {
  const decoded = decodeMlsMessage(new Uint8Array(Buffer.from(encoded, "hex")), 0)?.[0]
  if (!decoded) throw new Error("no MLS message")
  return decoded
}

function message<Format extends MLSMessage["wireformat"]>(vector: Vector, name: string, format: Format) {
  const decoded = decode(text(vector, name))
  if (decoded.wireformat !== format) throw new Error(`${name} is no ${format}`)
  return decoded as Extract<MLSMessage, { wireformat: Format }>
}

function list(vector: Vector, name: string): readonly Vector[] {
  return vector[name] as readonly Vector[]
}

function text(vector: Vector, name: string): string {
  return String(vector[name])
}

function bytes(vector: Vector, name: string): Uint8Array {
  return new Uint8Array(Buffer.from(text(vector, name), "hex"))
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex")
}
