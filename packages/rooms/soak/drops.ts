import { setTimeout as sleep } from "node:timers/promises"
import type { Soak } from "../../../tools/soak/run-soak.ts"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { createHub } from "../src/hub/hub.ts"
import { memoryLog } from "../src/hub/memory-log.ts"
import { createRoom } from "../src/room/create-room.ts"
import { joinRoom } from "../src/room/join-room.ts"
import { HubTransport } from "../test/room/hub-transport.ts"

/** Two people talk while their connections are cut, one drop a run: every word must arrive, once, in its order. */
export const drops: Soak = async ({ count, seed }) => {
  const random = seededRandom(seed)
  const hub = createHub({ log: memoryLog(), limits: { messageBurst: 1e6, byteBurst: 1e9 } })
  const [host, guest] = [new HubTransport(hub), new HubTransport(hub)]
  const { room: ann } = await createRoom({ transport: host, name: "Ann", door: "open" })
  const bo = await joinRoom({ transport: guest, name: "Bo", entry: { invite: ann.invite } })
  const heard = { ann: [] as string[], bo: [] as string[] }
  const listen = async (room: typeof ann, into: string[]): Promise<void> => {
    for await (const event of room.events()) if (event.type === "chat") into.push(event.text)
  }
  const listening = [listen(ann, heard.ann), listen(bo, heard.bo)]
  let bad = 0
  for (let run = 0; run < count; run++) {
    const words = 1 + random.below(6)
    const cutAt = random.below(words)
    const said: Promise<void>[] = []
    for (let word = 0; word < words; word++) {
      said.push(ann.chat(`${run}.${word}`), bo.chat(`${run}.${word}`))
      if (word === cutAt) (random.below(2) === 0 ? host : guest).drop()
      if (random.below(3) === 0) await sleep(random.below(3))
    }
    await Promise.all(said)
    const want = Array.from({ length: words }, (_, word) => `${run}.${word}`).join()
    for (const [name, list] of Object.entries(heard)) {
      const deadline = Date.now() + 5000
      while (list.length < words && Date.now() < deadline) await sleep(1)
      const got = list.splice(0).join()
      if (got === want) continue
      bad++
      console.error(`drops: run ${run}, ${name} heard ${got}, not ${want}`)
    }
  }
  await ann.leave()
  await bo.leave()
  await Promise.all(listening)
  return bad
}
