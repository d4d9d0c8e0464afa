import type { CredentialFacts } from "../membership/credential.ts"

/** A member on its leaf. */
export interface GroupMember extends CredentialFacts {
  readonly leafIndex: number
}

/** What a commit would do; nobody has accepted it yet. */
export interface GroupChange {
  readonly by: GroupMember
  readonly added: readonly CredentialFacts[]
  readonly removed: readonly GroupMember[]
}

/** Our own commit, ready to be posted. It counts only once the hub has taken it as the first of its epoch. */
export interface PreparedCommit {
  readonly commit: Uint8Array
  /** For those it adds. */
  readonly welcome: Uint8Array | undefined
  /** Of the key packages that were given, those that it adds: the others need another commit, after this one. */
  readonly added: readonly Uint8Array[]
  /** Whether it brings those who wait any further. If not, another member's may: leave it. */
  readonly helps: boolean
  /** Moves to the new epoch: the commit was taken. Without it nothing has changed. */
  apply(): void
}

/** What became of another's commit. `refused`: it does what its sender may not; nothing has changed. */
export type Processed =
  | { readonly kind: "applied"; readonly change: GroupChange }
  | { readonly kind: "removed"; readonly change: GroupChange }
  | { readonly kind: "refused" }

/** A message of a member, with who sent it. */
export interface OpenedMessage {
  readonly sender: GroupMember
  readonly epoch: bigint
  readonly plaintext: Uint8Array
}

/**
 * The keys of a room, which follow the people in it: the port between rooms and a group key agreement. Calls are worked
 * on one after the other. What is refused changes nothing, and throws RoomsError `ROOMS_FORGED` or `ROOMS_MALFORMED`.
 */
export interface GroupKeys {
  readonly name: "mls" | "static-link-key"
  /** Of this group, in letters, digits, `-` and `_`; 16 of them. Another group of the same room has another. */
  readonly groupId: string
  readonly epoch: bigint
  readonly leafIndex: number
  /** By leaf index, ascending. */
  readonly members: readonly GroupMember[]
  /** Equal for all who share the epoch's secrets, and for nobody else. */
  readonly authenticator: Uint8Array
  /** Key material of this epoch for one purpose. */
  exportKey(label: string, bytes: number): Promise<Uint8Array>
  /** A commit of this epoch. Without changes it renews our own keys. */
  commit(change: { readonly add: readonly Uint8Array[]; readonly remove: readonly number[] }): Promise<PreparedCommit>
  /** @param judge - Says whether the change is allowed. */
  process(commit: Uint8Array, judge: (change: GroupChange) => boolean): Promise<Processed>
  seal(plaintext: Uint8Array): Promise<Uint8Array>
  /**
   * Opens messages of this epoch and of a few before; each once.
   * @throws RoomsError also `ROOMS_FORKED` for an epoch that has not come yet: its commit was withheld.
   */
  open(sealed: Uint8Array): Promise<OpenedMessage>
}

/** Us before we are in the group. */
export interface GroupCandidate {
  /** For those inside, to add us by. */
  readonly keyPackage: Uint8Array
  /** Starts a group with us alone in it. */
  found(): Promise<GroupKeys>
  /**
   * Checks the credentials of everybody who is there.
   * @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED`
   */
  join(welcome: Uint8Array): Promise<GroupKeys>
}

/** Who and where: what a candidate is made from. */
export interface CandidateOptions {
  readonly roomId: string
  /** 32 bytes: the Ed25519 seed of our leaf. */
  readonly leafSeed: Uint8Array
  readonly credential: Uint8Array
  /** The room's secret: for keys that come from nothing else. */
  readonly roomSecret: Uint8Array
}

/** Makes candidates: an implementation of the port. `groupKeysTests` of the tests is its acceptance suite. */
export interface GroupKeysProvider {
  readonly name: GroupKeys["name"]
  prepare(options: CandidateOptions): Promise<GroupCandidate>
  /** Who a key package is of. @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED` */
  readKeyPackage(keyPackage: Uint8Array, roomId: string): Promise<CredentialFacts>
}
