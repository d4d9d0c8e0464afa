import { sha256, toBase64Url } from "@darkslide/crypto"
import {
  createApplicationMessage,
  createCommit,
  decodeMlsMessage,
  emptyPskIndex,
  encodeMlsMessage,
  mlsExporter,
  processPrivateMessage,
  type CiphersuiteImpl,
  type ClientState,
  type KeyPackage,
  type PrivateMessage,
  type Proposal,
  type Welcome,
} from "ts-mls"
import { unprotectPrivateMessage } from "ts-mls/messageProtection.js"
import { RoomsError } from "../errors.ts"
import type { CredentialFacts } from "../membership/credential.ts"
import type { GroupChange, GroupKeys, GroupMember, OpenedMessage, PreparedCommit, Processed } from "./group-keys.ts"
import type { MlsMembers } from "./mls-members.ts"
import { canBeJoined, unmergedEntries } from "./mls-tree.ts"

interface Change {
  readonly add: readonly Uint8Array[]
  readonly remove: readonly number[]
}

/** Messages of so many past epochs still open: ts-mls keeps their secrets as long. */
const keptEpochs = 4

/** MLS (RFC 9420) as the keys of a room. Handshakes and messages are private messages; nobody joins from outside. */
export class MlsGroupKeys implements GroupKeys {
  readonly name = "mls"
  readonly #credentials: MlsMembers
  readonly #suite: CiphersuiteImpl
  #state: ClientState
  #members: readonly GroupMember[]
  /** Who sat where, by epoch. */
  readonly #pastMembers = new Map<bigint, readonly GroupMember[]>()
  #queue: Promise<unknown> = Promise.resolve()

  constructor(state: ClientState, suite: CiphersuiteImpl, credentials: MlsMembers) {
    this.#state = state
    this.#suite = suite
    this.#credentials = credentials
    this.#members = credentials.in(state.ratchetTree)
  }

  get groupId(): string {
    return toBase64Url(sha256(this.#state.groupContext.groupId)).slice(0, 16)
  }

  get epoch(): bigint {
    return this.#state.groupContext.epoch
  }

  get leafIndex(): number {
    return this.#state.privatePath.leafIndex
  }

  get members(): readonly GroupMember[] {
    return this.#members
  }

  get authenticator(): Uint8Array {
    return this.#state.keySchedule.epochAuthenticator.slice()
  }

  /** RFC 9420 section 8.5, with an empty context. */
  async exportKey(label: string, bytes: number): Promise<Uint8Array> {
    return await mlsExporter(this.#state.keySchedule.exporterSecret, label, new Uint8Array(), bytes, this.#suite)
  }

  async commit(change: Change): Promise<PreparedCommit> {
    return await this.#inTurn(async () => {
      const state = this.#state
      const [asked, ...others] = waysToCommit(change)
      let prepared = await this.#prepare(state, asked)
      // See [Note: Trees that newcomers can read].
      for (const way of others) {
        if (prepared.isReadable) break
        prepared = await this.#prepare(state, way)
      }
      return { ...prepared, helps: prepared.helps || change.add.length === 0 }
    })
  }

  async #prepare(state: ClientState, { add, remove }: Change): Promise<PreparedCommit & { isReadable: boolean }> {
    const extraProposals: Proposal[] = [
      ...remove.map((removed): Proposal => ({ proposalType: "remove", remove: { removed } })),
      ...add.map((bytes): Proposal => ({ proposalType: "add", add: { keyPackage: readKeyPackageMessage(bytes) } })),
    ]
    const { newState, commit, welcome } = await guard("make commit", () =>
      createCommit({ state, cipherSuite: this.#suite }, { extraProposals, ratchetTreeExtension: true }),
    )
    const { ratchetTree } = newState
    return {
      commit: encodeMlsMessage(commit),
      welcome: welcome && encodeMlsMessage({ version: "mls10", wireformat: "mls_welcome", welcome }),
      added: add,
      helps: extraProposals.length > 0 || unmergedEntries(ratchetTree) < unmergedEntries(state.ratchetTree),
      isReadable: add.length === 0 || canBeJoined(ratchetTree),
      apply: () => {
        if (this.#state.groupContext.epoch !== state.groupContext.epoch)
          throw new RangeError("A commit can be applied in its own epoch only")
        // Messages that were opened since the commit was made have moved the old epoch's secrets on: keep those.
        const { historicalReceiverData } = newState
        const past = historicalReceiverData.get(state.groupContext.epoch)
        const { secretTree } = this.#state
        if (past) historicalReceiverData.set(state.groupContext.epoch, { ...past, secretTree })
        this.#move(newState)
      },
    }
  }

  async process(commit: Uint8Array, judge: (change: GroupChange) => boolean): Promise<Processed> {
    return await this.#inTurn(async () => {
      const message = readPrivateMessage(commit)
      if (message.epoch !== this.epoch)
        throw new RoomsError("ROOMS_FORGED", "Cannot process commit: it is not of this epoch")
      let change: GroupChange | undefined
      const result = await guard("process commit", () =>
        processPrivateMessage(this.#state, message, emptyPskIndex, this.#suite, (incoming) => {
          if (incoming.kind !== "commit") return "reject"
          change = this.#changeOf(
            incoming.senderLeafIndex,
            incoming.proposals.map(({ proposal }) => proposal),
          )
          return change !== undefined && judge(change) ? "accept" : "reject"
        }),
      )
      if (result.kind !== "newState" || result.actionTaken === "reject" || change === undefined)
        return { kind: "refused" }
      if (result.newState.groupActiveState.kind === "removedFromGroup") return { kind: "removed", change }
      this.#move(result.newState)
      return { kind: "applied", change }
    })
  }

  async seal(plaintext: Uint8Array): Promise<Uint8Array> {
    return await this.#inTurn(async () => {
      const { newState, privateMessage } = await createApplicationMessage(this.#state, plaintext, this.#suite)
      this.#state = newState
      return encodeMlsMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage })
    })
  }

  /** ts-mls gives a message without its sender; what it does is done here with the sender kept. */
  async open(sealed: Uint8Array): Promise<OpenedMessage> {
    return await this.#inTurn(async () => {
      const message = readPrivateMessage(sealed)
      const state = this.#state
      // The log has commits before what is said under them: this one was kept from us.
      if (message.epoch > state.groupContext.epoch)
        throw new RoomsError("ROOMS_FORKED", "Cannot open message: of an epoch whose commit never came")
      const past = state.historicalReceiverData.get(message.epoch)
      const isCurrent = message.epoch === state.groupContext.epoch
      if (message.contentType !== "application" || !(isCurrent || past))
        throw new RoomsError("ROOMS_FORGED", "Cannot open message: not of an epoch that is known")
      const { secretTree, ratchetTree, groupContext } = isCurrent || !past ? state : past
      const secret = isCurrent || !past ? state.keySchedule.senderDataSecret : past.senderDataSecret
      const { keyRetentionConfig } = state.clientConfig
      const result = await guard("open message", () =>
        unprotectPrivateMessage(
          ...([secret, message, secretTree, ratchetTree, groupContext, keyRetentionConfig, this.#suite] as const),
        ),
      )
      const { sender, ...content } = result.content.content
      if (sender.senderType !== "member" || content.contentType !== "application")
        throw new RoomsError("ROOMS_FORGED", "Cannot open message: no member sent it")
      const members = isCurrent ? this.#members : this.#pastMembers.get(message.epoch)
      const member = members?.find(({ leafIndex }) => leafIndex === sender.leafIndex)
      if (!member) throw new RoomsError("ROOMS_FORGED", "Cannot open message: its sender is unknown")
      if (isCurrent) this.#state = { ...state, secretTree: result.tree }
      else if (past) state.historicalReceiverData.set(message.epoch, { ...past, secretTree: result.tree })
      return { sender: member, epoch: message.epoch, plaintext: content.applicationData }
    })
  }

  /** `undefined` for what rooms do not do: joining from outside, and any proposal but Add and Remove. */
  #changeOf(senderLeafIndex: number | undefined, proposals: readonly Proposal[]): GroupChange | undefined {
    const by = this.#members.find(({ leafIndex }) => leafIndex === senderLeafIndex)
    if (!by) return undefined
    const added: CredentialFacts[] = []
    const removed: GroupMember[] = []
    for (const proposal of proposals) {
      if (proposal.proposalType === "add") {
        const { credential, signaturePublicKey } = proposal.add.keyPackage.leafNode
        added.push(this.#credentials.factsOf(credential, signaturePublicKey))
      } else if (proposal.proposalType === "remove") {
        const member = this.#members.find(({ leafIndex }) => leafIndex === proposal.remove.removed)
        if (!member) return undefined
        removed.push(member)
      } else return undefined
    }
    return { by, added, removed }
  }

  #move(state: ClientState): void {
    this.#pastMembers.set(this.epoch, this.#members)
    this.#pastMembers.delete(this.epoch - BigInt(keptEpochs))
    this.#state = state
    this.#members = this.#credentials.in(state.ratchetTree)
  }

  /** States are values in ts-mls: two calls at once would each start from the same one, and one would be lost. */
  async #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#queue.then(work, work)
    this.#queue = turn.catch(() => undefined)
    return await turn
  }
}

/** What was asked for, then less of it: who is to go, goes; one newcomer; nobody, which renews our own path. */
function waysToCommit({ add, remove }: Change): readonly [Change, ...Change[]] {
  const asked = { add, remove }
  if (add.length === 0) return [asked]
  const nobody = { add: [], remove }
  return add.length > 1 && remove.length === 0 ? [asked, { add: add.slice(0, 1), remove }, nobody] : [asked, nobody]
}

/** The key package in a message. @throws RoomsError `ROOMS_MALFORMED` */
export function readKeyPackageMessage(bytes: Uint8Array): KeyPackage {
  const message = decodeMessage(bytes)
  if (message?.wireformat !== "mls_key_package") throw malformed("key package")
  return message.keyPackage
}

/** The welcome in a message. @throws RoomsError `ROOMS_MALFORMED` */
export function readWelcome(bytes: Uint8Array): Welcome {
  const message = decodeMessage(bytes)
  if (message?.wireformat !== "mls_welcome") throw malformed("welcome")
  return message.welcome
}

function readPrivateMessage(bytes: Uint8Array): PrivateMessage {
  const message = decodeMessage(bytes)
  if (message?.wireformat !== "mls_private_message") throw malformed("message")
  return message.privateMessage
}

/** One whole message: bytes behind it are refused. */
function decodeMessage(bytes: Uint8Array) {
  try {
    const [message, end] = decodeMlsMessage(bytes, 0) ?? []
    return end === bytes.length ? message : undefined
  } catch {
    // The decoder runs past the end of cut messages: no message, either way.
    return undefined
  }
}

function malformed(what: string): RoomsError {
  return new RoomsError("ROOMS_MALFORMED", `Cannot read ${what}: not MLS`)
}

/** ts-mls and WebCrypto throw errors of many kinds on hostile bytes: to us they are one. */
export async function guard<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof RoomsError) throw cause
    throw new RoomsError("ROOMS_FORGED", `Cannot ${what}: MLS refuses it`, { cause })
  }
}
