import type { GroupKeys, GroupMember } from "../group/group-keys.ts"
import { doorSecrets, type Invite } from "../keys/room-secret.ts"
import { checkHead, type Head, type ProvenHead } from "../membership/head.ts"
import { RoomEvents, type RoomMember } from "./events.ts"
import { LogChain } from "./log-chain.ts"
import { Roster, type KnownPerson } from "./roster.ts"

/** A key package that waits to be added. */
export interface Newcomer {
  readonly keyPackage: Uint8Array
  readonly leaf: string
  readonly number: number
}

/** What a member knows of its room. */
export class RoomState {
  readonly roomId: string
  readonly events: RoomEvents = new RoomEvents()
  readonly chain: LogChain = new LogChain()
  readonly roster: Roster
  group: GroupKeys | undefined
  head: Head
  provenHead: ProvenHead
  secret: Uint8Array
  /** The present one, and the one before: what was on its way when it changed. */
  lobbyKeys: readonly Uint8Array[]
  /** The connection of a leaf. */
  readonly numbers: Map<string, number> = new Map()
  readonly away: Set<number> = new Set()
  readonly newcomers: Map<string, Newcomer> = new Map()
  /** Leaves that are to be removed. */
  readonly departing: Set<string> = new Set()

  constructor(invite: Invite, provenHead: ProvenHead, known: readonly KnownPerson[]) {
    this.roomId = invite.roomId
    this.secret = invite.secret
    this.lobbyKeys = [doorSecrets(invite).lobbyKey]
    this.provenHead = provenHead
    this.head = checkHead(provenHead, invite.roomId)
    this.roster = new Roster(known)
  }

  get invite(): Invite {
    return { roomId: this.roomId, secret: this.secret }
  }

  get lobbyKey(): Uint8Array {
    return this.lobbyKeys[0] ?? doorSecrets(this.invite).lobbyKey
  }

  /** Takes a head that follows the one before. @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED` */
  takeHead(proven: ProvenHead): Head {
    const head = checkHead(proven, this.roomId, this.head)
    this.head = head
    this.provenHead = proven
    return head
  }

  /** Whether it is the very head that holds already. */
  isHead({ head }: ProvenHead): boolean {
    const own = this.provenHead.head
    return head.length === own.length && head.every((byte, i) => byte === own[i])
  }

  takeSecret(secret: Uint8Array): void {
    this.secret = secret
    this.lobbyKeys = [doorSecrets(this.invite).lobbyKey, this.lobbyKey]
  }

  describe(member: GroupMember): RoomMember {
    return this.roster.describe(member, this.head, this.group?.leafIndex ?? -1)
  }

  memberByLeaf(leaf: string): GroupMember | undefined {
    return this.group?.members.find((member) => member.leaf === leaf)
  }

  get self(): GroupMember | undefined {
    return this.group?.members.find(({ leafIndex }) => leafIndex === this.group?.leafIndex)
  }

  /** Members who can commit now, lowest leaf first. */
  get live(): readonly GroupMember[] {
    return (this.group?.members ?? []).filter(({ leaf, leafIndex }) => {
      const number = this.numbers.get(leaf)
      const isSilent = number === undefined || this.away.has(number) || this.departing.has(leaf)
      return leafIndex === this.group?.leafIndex || !isSilent
    })
  }
}
