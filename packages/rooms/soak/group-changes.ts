import { setTimeout as sleep } from "node:timers/promises"
import type { Soak } from "../../../tools/soak/run-soak.ts"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { createHub } from "../src/hub/hub.ts"
import { memoryLog } from "../src/hub/memory-log.ts"
import { createRoom } from "../src/room/create-room.ts"
import { joinRoom } from "../src/room/join-room.ts"
import type { GroupKeys } from "../src/group/group-keys.ts"
import { Room } from "../src/room/room.ts"
import { HubTransport } from "../test/room/hub-transport.ts"

/**
 * People come and go, one a run: who left opens nothing that is sealed afterwards, who came nothing from before, and all
 * who are there agree on members, code and key.
 */
export const changeGroups: Soak = async ({ count, seed }) => {
  const random = seededRandom(seed)
  const hub = createHub({ log: memoryLog(), limits: { messageBurst: 1e6, byteBurst: 1e9 } })
  const { room: ann } = await createRoom({ transport: new HubTransport(hub), name: "Ann", door: "open" })
  const guests: Room[] = []
  let bad = 0
  const complain = (run: number, what: string): void => {
    bad++
    console.error(`membership: keys, run ${run}: ${what}`)
  }
  for (let run = 0; run < count; run++) {
    const before = await groupOf(ann).seal(new Uint8Array([1]))
    const isJoin = guests.length === 0 || (guests.length < 6 && random.below(2) === 0)
    if (isJoin) {
      const entry = { invite: ann.invite }
      const room = await joinRoom({ transport: new HubTransport(hub), name: `guest ${run}`, entry })
      guests.push(room)
      if (await opens(room, before)) complain(run, "a newcomer opened what was sealed before")
    } else {
      const [room] = guests.splice(random.below(guests.length), 1)
      if (!room) continue
      const keys = groupOf(room)
      if (random.below(2) === 0) await room.leave()
      else await ann.kick(ann.members.find(({ leaf }) => leaf === room.self.leaf)!)
      if (!(await agree([ann, ...guests]))) complain(run, "those who stayed do not agree")
      const after = await groupOf(ann).seal(new Uint8Array([2]))
      if (await keys.open(after).then(Boolean, () => false)) complain(run, "who left opened what came after")
    }
    if (!(await agree([ann, ...guests]))) complain(run, "they do not agree")
  }
  for (const room of [...guests, ann]) await room.leave()
  return bad
}

function groupOf(room: Room): GroupKeys {
  const { group } = Room.engineOf(room).state
  if (!group) throw new Error("not in the room")
  return group
}

async function opens(room: Room, sealed: Uint8Array): Promise<boolean> {
  return await groupOf(room)
    .open(sealed)
    .then(
      () => true,
      () => false,
    )
}

async function agree(rooms: readonly Room[]): Promise<boolean> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const views = rooms.map(({ code, members, invite }) => `${code} ${members.length} ${invite.secret.join()}`)
    if (new Set(views).size === 1 && rooms[0]?.members.length === rooms.length) return true
    if (Date.now() > deadline) return false
    await sleep(2)
  }
}
