import { RoomsError } from "../../src/errors.ts"
import { describe, expect, test } from "vitest"
import { seededRandom } from "../../../../tools/soak/seeded-random.ts"
import { roomCodeOf } from "../../src/group/room-code.ts"
import type { GroupKeys, GroupKeysProvider } from "../../src/group/group-keys.ts"
import { makeRoom } from "../membership/people.ts"
import { add, makeCandidate, makeGroup, takeIn } from "./candidates.ts"

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const allow = (): boolean => true
const refused = expect.objectContaining({ code: expect.stringMatching(/^ROOMS_(FORGED|MALFORMED)$/) })

const exported = async (keys: GroupKeys): Promise<string> =>
  Buffer.from(await keys.exportKey("test", 16)).toString("hex")

/** What every {@link GroupKeysProvider} must do. Those that follow the people do more: see `followsPeopleTests`. */
export function groupKeysTests(name: string, provider: GroupKeysProvider): void {
  describe(`group keys (${name})`, () => {
    test("are the same for all, with the same members and code", async () => {
      const group = await makeGroup(provider, makeRoom(), ["Ann", "Bo", "Cy"])
      for (const keys of group) {
        expect(keys.members.map((member) => member.name)).toEqual(["Ann", "Bo", "Cy"])
        expect(keys.epoch).toBe(2n)
      }
      expect(new Set(group.map(({ leafIndex }) => leafIndex))).toEqual(new Set([0, 1, 2]))
      expect(new Set(group.map(({ authenticator }) => roomCodeOf(authenticator))).size).toBe(1)
      expect(new Set(await Promise.all(group.map(exported))).size).toBe(1)
    })

    test("carry messages, with who sent them", async () => {
      const [ann, bo, cy] = await makeGroup(provider, makeRoom(), ["Ann", "Bo", "Cy"])
      const sealed = await bo?.seal(utf8("hello"))
      for (const keys of [ann, cy]) {
        const { sender, plaintext } = (await keys?.open(sealed ?? utf8(""))) ?? {}
        expect([sender?.name, plaintext]).toEqual(["Bo", utf8("hello")])
      }
    })

    test("open messages of an epoch that has just ended", async () => {
      const room = makeRoom()
      const [ann, bo] = await makeGroup(provider, room, ["Ann", "Bo"])
      if (!ann || !bo) throw new Error("two are there")
      const late = await bo.seal(utf8("late"))
      await add(ann, [bo], await makeCandidate(provider, room, "Cy"))
      expect((await ann.open(late)).plaintext).toEqual(utf8("late"))
    })

    test("change by a commit only once it is applied, and only from its own epoch", async () => {
      const [ann, bo] = await makeGroup(provider, makeRoom(), ["Ann", "Bo"])
      if (!ann || !bo) throw new Error("two are there")
      const lost = await ann.commit({ add: [], remove: [] })
      const won = await bo.commit({ add: [], remove: [] })
      expect([ann.epoch, bo.epoch]).toEqual([1n, 1n])
      won.apply()
      expect((await ann.process(won.commit, allow)).kind).toBe("applied")
      await expect(bo.process(lost.commit, allow)).rejects.toThrow(refused)
      expect(await exported(ann)).toBe(await exported(bo))
      expect((await bo.open(await ann.seal(utf8("x")))).sender.name).toBe("Ann")
      ;(await ann.commit({ add: [], remove: [] })).apply()
      await expect(bo.open(await ann.seal(utf8("y")))).rejects.toThrow(
        expect.objectContaining({ code: "ROOMS_FORKED" }),
      )
    })

    test("stay as they are when a commit is judged badly, cut, flipped, or of strangers", async () => {
      const room = makeRoom()
      const [ann, bo] = await makeGroup(provider, room, ["Ann", "Bo"])
      if (!ann || !bo) throw new Error("two are there")
      const before = await exported(bo)
      const { commit } = await ann.commit({ add: [], remove: [1] })
      let seen: readonly string[] = []
      const outcome = await bo.process(commit, ({ by, removed }) => {
        seen = [by.name, ...removed.map((member) => member.name)]
        return false
      })
      expect([outcome.kind, seen]).toEqual(["refused", ["Ann", "Bo"]])
      const flipped = commit.slice()
      flipped[commit.length >> 1] = (flipped[commit.length >> 1] ?? 0) ^ 1
      for (const bad of [utf8(""), commit.subarray(0, -3), flipped, Uint8Array.of(...commit, 0)])
        await expect(bo.process(bad, allow)).rejects.toThrow(refused)
      const [stranger] = await makeGroup(provider, room, ["Eve", "Dan"])
      const foreign = await stranger?.commit({ add: [], remove: [] })
      await expect(bo.process(foreign?.commit ?? utf8(""), allow)).rejects.toThrow(refused)
      expect([bo.epoch, await exported(bo)]).toEqual([1n, before])
      expect((await bo.process(commit, allow)).kind).toBe("removed")
    })

    test("take in nobody whose credential does not hold", async () => {
      const room = makeRoom()
      const [ann] = await makeGroup(provider, room, ["Ann"])
      const ghost = await makeCandidate(provider, makeRoom(), "Ghost")
      await expect(provider.readKeyPackage(ghost.keyPackage, room.roomId)).rejects.toThrow(refused)
      await expect(ann?.commit({ add: [ghost.keyPackage], remove: [] })).rejects.toThrow(refused)
      const bo = await makeCandidate(provider, room, "Bo")
      expect((await provider.readKeyPackage(bo.keyPackage, room.roomId)).name).toBe("Bo")
    })
  })
}

/** What leave and join must mean where keys follow the people. */
export function followsPeopleTests(name: string, provider: GroupKeysProvider): void {
  describe(`group keys that follow the people (${name})`, () => {
    test("keep who leaves out of what comes, and who joins out of what was", async () => {
      const room = makeRoom()
      const [ann, bo, cy] = await makeGroup(provider, room, ["Ann", "Bo", "Cy"])
      if (!ann || !bo || !cy) throw new Error("three are there")
      const early = await ann.seal(utf8("before"))
      const keyBefore = await exported(ann)
      const removal = await cy.commit({ add: [], remove: [bo.leafIndex] })
      removal.apply()
      await ann.process(removal.commit, allow)
      expect((await bo.process(removal.commit, allow)).kind).toBe("removed")
      expect(await exported(ann)).toBe(await exported(cy))
      await expect(bo.open(await ann.seal(utf8("after")))).rejects.toThrow(RoomsError)
      expect(await exported(bo)).toBe(keyBefore)
      expect(await exported(ann)).not.toBe(keyBefore)

      const dan = await add(ann, [cy], await makeCandidate(provider, room, "Dan"))
      expect(dan.members.map((member) => member.name)).toEqual(["Ann", "Dan", "Cy"])
      await expect(dan.open(early)).rejects.toThrow(refused)
      expect(await exported(dan)).toBe(await exported(cy))
    })

    test.each([7, 9])("take people in whoever left before, and whoever committed it (seed %i)", async (seed) => {
      const random = seededRandom(seed)
      const room = makeRoom()
      let members = await makeGroup(provider, room, ["Ann", "Bo"])
      for (let step = 0; step < 20; step++) {
        if (members.length > 2 && random.below(2) === 0) {
          const [gone] = members.splice(random.below(members.length), 1)
          const by = members[random.below(members.length)]!
          const { commit, apply } = await by.commit({ add: [], remove: [gone!.leafIndex] })
          apply()
          for (const other of members) if (other !== by) await other.process(commit, allow)
        } else {
          const names = Array.from({ length: 1 + random.below(3) }, (_, i) => `guest ${step}.${i}`)
          const candidates = await Promise.all(names.map((name) => makeCandidate(provider, room, name)))
          members = await takeIn(members, candidates.slice(0, 8 - members.length))
        }
        expect(new Set(await Promise.all(members.map(exported))).size).toBe(1)
      }
    })

    test("open each message once", async () => {
      const [ann, bo] = await makeGroup(provider, makeRoom(), ["Ann", "Bo"])
      const sealed = (await ann?.seal(utf8("once"))) ?? utf8("")
      await bo?.open(sealed)
      await expect(bo?.open(sealed)).rejects.toThrow(refused)
    })
  })
}
