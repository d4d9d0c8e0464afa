import { encodeFields, randomBytes, signerFromSeed, toBase64Url, verifySignature, type Signer } from "@darkslide/crypto"
import { hkdf } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { domains } from "../domains.ts"
import { RoomsError } from "../errors.ts"
import { decodeFields } from "../fields.ts"
import { deriveFromRoomSecret } from "../keys/room-secret.ts"
import { openBox, sealBox } from "../keys/secret-box.ts"
import { checkCredential, type CredentialFacts } from "../membership/credential.ts"
import type {
  CandidateOptions,
  GroupCandidate,
  GroupChange,
  GroupKeys,
  GroupKeysProvider,
  GroupMember,
  OpenedMessage,
  PreparedCommit,
  Processed,
} from "./group-keys.ts"

/** A leaf: its credential, or nothing where a member left. */
type Leaves = readonly (Uint8Array | undefined)[]

/**
 * **Weak: who leaves keeps access.** All keys come from the room's link, whoever holds it reads everything, before and
 * after their visit, the hub too once it learns the link. For demonstrations, and for tests that are not about keys.
 */
export function staticLinkKey(): GroupKeysProvider {
  return {
    name: "static-link-key",
    async prepare(options) {
      return candidate(options)
    },
    async readKeyPackage(keyPackage, roomId) {
      return readPackage(keyPackage, roomId).facts
    },
  }
}

function candidate(options: CandidateOptions): GroupCandidate {
  const signer = signerFromSeed(options.leafSeed)
  const keyPackage = encodeFields(domains.staticMember, signer.publicKey, options.credential)
  return {
    keyPackage,
    found: async () => new StaticKeys(options, signer, toBase64Url(randomBytes(12)), [keyPackage], 0n),
    async join(welcome) {
      const [groupId, epoch = new Uint8Array(), list = new Uint8Array()] = decodeFields(welcome, 3)
      if (epoch.length !== 12) throw new RoomsError("ROOMS_MALFORMED", "Cannot read welcome: no epoch")
      const view = new DataView(epoch.buffer, epoch.byteOffset)
      const leaves = decodeFields(list, view.getUint32(8)).map((leaf) => (leaf.length === 0 ? undefined : leaf))
      return new StaticKeys(options, signer, text(groupId), leaves, view.getBigUint64(0))
    },
  }
}

class StaticKeys implements GroupKeys {
  readonly name = "static-link-key"
  readonly groupId: string
  readonly #options: CandidateOptions
  readonly #signer: Signer
  readonly #key: Uint8Array
  #leaves: Leaves
  #members: readonly GroupMember[]
  #epoch: bigint

  constructor(options: CandidateOptions, signer: Signer, groupId: string, leaves: Leaves, epoch: bigint) {
    this.groupId = groupId
    this.#options = options
    this.#signer = signer
    this.#key = deriveFromRoomSecret(options.roomSecret, domains.staticKey, options.roomId)
    this.#leaves = leaves
    this.#members = membersOf(leaves, options.roomId)
    this.#epoch = epoch
    if (this.leafIndex < 0) throw new RoomsError("ROOMS_FORGED", "Cannot join group: we are not in it")
  }

  get epoch(): bigint {
    return this.#epoch
  }

  get leafIndex(): number {
    const own = toBase64Url(this.#signer.publicKey)
    return this.#members.find(({ leaf }) => leaf === own)?.leafIndex ?? -1
  }

  get members(): readonly GroupMember[] {
    return this.#members
  }

  get authenticator(): Uint8Array {
    return hkdf(sha256, this.#key, undefined, encodeFields("authenticator", this.#welcome()), 32)
  }

  async exportKey(label: string, bytes: number): Promise<Uint8Array> {
    return hkdf(sha256, this.#key, undefined, encodeFields("export", label, String(this.#epoch)), bytes)
  }

  async commit(change: {
    readonly add: readonly Uint8Array[]
    readonly remove: readonly number[]
  }): Promise<PreparedCommit> {
    const epoch = this.#epoch
    const leaves = changeLeaves(this.#leaves, change)
    const list = encodeFields(...change.add)
    const body = encodeFields(String(epoch), JSON.stringify(change.remove), change.add.length, list)
    const next = new StaticKeys(this.#options, this.#signer, this.groupId, leaves, epoch + 1n)
    return {
      commit: await this.#sign(body),
      welcome: change.add.length > 0 ? next.#welcome() : undefined,
      added: change.add,
      helps: true,
      apply: () => this.#move(leaves),
    }
  }

  async process(commit: Uint8Array, judge: (change: GroupChange) => boolean): Promise<Processed> {
    const { by, body } = this.#verify(commit)
    const [epoch, remove, addCount, list = new Uint8Array()] = decodeFields(body, 4)
    if (text(epoch) !== String(this.#epoch))
      throw new RoomsError("ROOMS_FORGED", "Cannot process commit: it is not of this epoch")
    const removed = readLeafIndexes(text(remove))
    const add = decodeFields(list, new DataView(addCount?.slice().buffer ?? new ArrayBuffer(4)).getUint32(0))
    const change: GroupChange = {
      by,
      added: add.map((keyPackage) => readPackage(keyPackage, this.#options.roomId).facts),
      removed: this.#members.filter(({ leafIndex }) => removed.includes(leafIndex)),
    }
    if (change.removed.length !== removed.length || !judge(change)) return { kind: "refused" }
    if (removed.includes(this.leafIndex)) return { kind: "removed", change }
    this.#move(changeLeaves(this.#leaves, { add, remove: removed }))
    return { kind: "applied", change }
  }

  async seal(plaintext: Uint8Array): Promise<Uint8Array> {
    const signed = await this.#sign(encodeFields(String(this.#epoch), plaintext))
    return sealBox(this.#key, signed, encodeFields(domains.staticMessage))
  }

  async open(sealed: Uint8Array): Promise<OpenedMessage> {
    const { by, body } = this.#verify(openBox(this.#key, sealed, encodeFields(domains.staticMessage)))
    const [field, plaintext = new Uint8Array()] = decodeFields(body, 2)
    const epoch = readEpoch(field)
    if (epoch > this.#epoch)
      throw new RoomsError("ROOMS_FORKED", "Cannot open message: of an epoch whose commit never came")
    return { sender: by, epoch, plaintext }
  }

  #welcome(): Uint8Array {
    const head = new Uint8Array(12)
    new DataView(head.buffer).setBigUint64(0, this.#epoch)
    new DataView(head.buffer).setUint32(8, this.#leaves.length)
    return encodeFields(this.groupId, head, encodeFields(...this.#leaves.map((leaf) => leaf ?? new Uint8Array())))
  }

  #move(leaves: Leaves): void {
    this.#leaves = leaves
    this.#members = membersOf(leaves, this.#options.roomId)
    this.#epoch += 1n
  }

  async #sign(body: Uint8Array): Promise<Uint8Array> {
    const { publicKey } = this.#signer
    return encodeFields(publicKey, body, await this.#signer.sign(encodeFields(domains.staticMember, body)))
  }

  #verify(signed: Uint8Array): { by: GroupMember; body: Uint8Array } {
    const [leaf = new Uint8Array(), body = new Uint8Array(), signature = new Uint8Array()] = decodeFields(signed, 3)
    const by = this.#members.find((member) => member.leaf === toBase64Url(leaf))
    if (!by || !verifySignature(signature, encodeFields(domains.staticMember, body), leaf))
      throw new RoomsError("ROOMS_FORGED", "Cannot trust message: no member signed it")
    return { by, body }
  }
}

function changeLeaves(
  leaves: Leaves,
  change: { readonly add: readonly Uint8Array[]; readonly remove: readonly number[] },
): Leaves {
  return [...leaves.map((leaf, index) => (change.remove.includes(index) ? undefined : leaf)), ...change.add]
}

function membersOf(leaves: Leaves, roomId: string): readonly GroupMember[] {
  return leaves.flatMap((leaf, leafIndex) => (leaf ? [{ ...readPackage(leaf, roomId).facts, leafIndex }] : []))
}

function readPackage(keyPackage: Uint8Array, roomId: string): { facts: CredentialFacts } {
  const [, leaf = new Uint8Array(), credential = new Uint8Array()] = decodeFields(keyPackage, 3)
  return { facts: checkCredential(credential, leaf, { roomId }) }
}

function readLeafIndexes(list: string): readonly number[] {
  if (!/^\[(?:\d{1,9}(?:,\d{1,9})*)?\]$/u.test(list))
    throw new RoomsError("ROOMS_MALFORMED", "Cannot read commit: no list of leaves")
  return JSON.parse(list) as number[]
}

/** @throws RoomsError `ROOMS_MALFORMED` */
function readEpoch(bytes: Uint8Array | undefined): bigint {
  const digits = text(bytes)
  if (!/^\d{1,19}$/u.test(digits)) throw new RoomsError("ROOMS_MALFORMED", "Cannot read message: no epoch")
  return BigInt(digits)
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes)
}
