import { generateSigningSeed, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import type { GroupCandidate, GroupKeys, GroupKeysProvider } from "../../src/group/group-keys.ts"
import { encodeCredential, signLeaf } from "../../src/membership/credential.ts"
import { signGrant, type Grant } from "../../src/membership/grant.ts"
import { makePerson, type TestRoom } from "../membership/people.ts"

/** Somebody with a grant of the owner's, before they are in the group. */
export async function makeCandidate(
  provider: GroupKeysProvider,
  room: TestRoom,
  name: string,
  changes: Partial<Grant> = {},
): Promise<GroupCandidate> {
  const leafSeed = generateSigningSeed()
  const leaf = signerFromSeed(leafSeed).publicKey
  const person = makePerson()
  const facts = { room: room.roomId, role: "member", admits: false, generation: 0, serial: 0 } as const
  const keys = { person: toBase64Url(person.publicKey), leaf: toBase64Url(leaf) }
  const grant = await signGrant({ ...facts, ...keys, ...changes }, room.owner)
  const document = await signLeaf({ room: room.roomId, owner: room.ownerKey, leaf, name }, person)
  const credential = encodeCredential(document, { grant, issuer: new Uint8Array() })
  return await provider.prepare({ roomId: room.roomId, roomSecret: room.secret, leafSeed, credential })
}

/** A group of so many, all in the same epoch. */
export async function makeGroup(provider: GroupKeysProvider, room: TestRoom, names: readonly string[]) {
  const [first, ...others] = await Promise.all(names.map((name) => makeCandidate(provider, room, name)))
  if (!first) throw new RangeError("A group has members")
  const founder = await first.found()
  const keys: GroupKeys[] = [founder]
  for (const candidate of others) keys.push(await add(founder, keys.slice(1), candidate))
  return keys
}

/** Adds a candidate by a commit of `by`, which all process. */
export async function add(by: GroupKeys, others: readonly GroupKeys[], candidate: GroupCandidate): Promise<GroupKeys> {
  const prepared = await by.commit({ add: [candidate.keyPackage], remove: [] })
  prepared.apply()
  for (const other of others) await other.process(prepared.commit, () => true)
  return await candidate.join(prepared.welcome ?? new Uint8Array())
}

/** Takes people in by as many commits as it needs, each of the first member whose commit helps. */
export async function takeIn(members: readonly GroupKeys[], candidates: readonly GroupCandidate[]) {
  const inside = [...members]
  let waiting = [...candidates]
  while (waiting.length > 0) {
    const keyPackages = waiting.map(({ keyPackage }) => keyPackage)
    const { by, prepared } = await firstThatHelps(inside, keyPackages)
    prepared.apply()
    for (const other of inside) if (other !== by) await other.process(prepared.commit, () => true)
    const added = waiting.filter(({ keyPackage }) => prepared.added.includes(keyPackage))
    for (const candidate of added) inside.push(await candidate.join(prepared.welcome ?? new Uint8Array()))
    waiting = waiting.filter((candidate) => !added.includes(candidate))
  }
  return inside
}

async function firstThatHelps(members: readonly GroupKeys[], add: readonly Uint8Array[]) {
  for (const by of members) {
    const prepared = await by.commit({ add, remove: [] })
    if (prepared.helps) return { by, prepared }
  }
  throw new Error("Nobody's commit helps those who wait")
}
