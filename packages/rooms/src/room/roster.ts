import { fingerprintOf } from "../group/room-code.ts"
import type { GroupMember } from "../group/group-keys.ts"
import type { Grant, ProvenGrant } from "../membership/grant.ts"
import type { Head } from "../membership/head.ts"
import { isStaff, type Role } from "../membership/roles.ts"
import type { RoomMember } from "./events.ts"

/** A person whose key was compared before. */
export interface KnownPerson {
  readonly name: string
  /** Base64url. */
  readonly person: string
}

/** What members may do: by their credentials, and by what was granted since. */
export class Roster {
  readonly #granted = new Map<string, { readonly grant: Grant; readonly proven: ProvenGrant }>()
  readonly #known: KnownPerson[]

  constructor(known: readonly KnownPerson[]) {
    this.#known = [...known]
  }

  /** Takes a checked grant, unless a newer one is there. */
  grant(grant: Grant, proven: ProvenGrant): boolean {
    const before = this.#granted.get(grant.person)
    if (before && before.grant.serial >= grant.serial) return false
    this.#granted.set(grant.person, { grant, proven })
    return true
  }

  /** Grants since the credentials, for newcomers. */
  get grants(): readonly ProvenGrant[] {
    return [...this.#granted.values()].map(({ proven }) => proven)
  }

  /** The grant that holds for a member: the newest; but staff that the owner took back are members. */
  roleOf(member: GroupMember, head: Head): Role {
    const granted = this.#granted.get(member.person)?.grant
    const grant = granted && granted.serial > member.grant.serial ? granted : member.grant
    const isTakenBack = isStaff(grant.role) && grant.role !== "owner" && grant.generation < head.staffFrom
    return isTakenBack ? "member" : grant.role
  }

  verify(person: KnownPerson): void {
    this.#known.push(person)
  }

  trustOf({ name, person }: KnownPerson): RoomMember["trust"] {
    if (this.#known.some((known) => known.person === person)) return "verified"
    return this.#known.some((known) => known.name === name) ? "changed" : "unverified"
  }

  describe(member: GroupMember, head: Head, ownLeafIndex: number): RoomMember {
    const { leafIndex, leaf, person, name } = member
    return {
      leafIndex,
      leaf,
      person,
      name,
      fingerprint: fingerprintOf(person),
      role: this.roleOf(member, head),
      isSelf: leafIndex === ownLeafIndex,
      trust: this.trustOf(member),
    }
  }
}
