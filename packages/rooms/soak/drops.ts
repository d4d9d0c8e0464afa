import { setTimeout as sleep } from "node:timers/promises"
import type { Soak } from "../../../tools/soak/run-soak.ts"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { webSocketTransport } from "../src/client/websocket-transport.ts"
import { createHub } from "../src/hub/hub.ts"
import { memoryLog } from "../src/hub/memory-log.ts"
import { createRoom } from "../src/room/create-room.ts"
import { joinRoom } from "../src/room/join-room.ts"
import type { Room } from "../src/room/room.ts"
import { serveHub } from "../test/hub/served-hub.ts"
import { openCutLine, type CutLine } from "./cut-line.ts"

/** How long a word, or a way back, may take. */
const patienceMs = 10_000

/** Somebody in the room, and their line to the hub. */
class Person {
  readonly #line: CutLine
  readonly heard: string[] = []
  cuts = 0
  resumed = 0

  constructor(room: Room, line: CutLine) {
    this.#line = line
    void this.#listen(room)
  }

  cut(): void {
    this.cuts++
    this.#line.cut()
  }

  async #listen(room: Room): Promise<void> {
    for await (const event of room.events()) {
      if (event.type === "chat") this.heard.push(event.text)
      if (event.type === "connection" && event.state === "connected") this.resumed++
    }
  }
}

/**
 * Two people talk over TCP lines that are cut while words are on their way, one cut a run: each must be taken up again, and
 * every word arrive, once, in its order.
 */
export const drops: Soak = async ({ count, seed }) => {
  const random = seededRandom(seed)
  const hub = createHub({ log: memoryLog(), limits: { messageBurst: 1e6, byteBurst: 1e9 } })
  await using served = await serveHub(hub)
  await using annLine = await openCutLine(served.port)
  await using boLine = await openCutLine(served.port)
  const transport = ({ port }: CutLine) => webSocketTransport(`ws://127.0.0.1:${port}/hub`)
  const { room: ann } = await createRoom({ transport: transport(annLine), name: "Ann", door: "open" })
  const bo = await joinRoom({ transport: transport(boLine), name: "Bo", entry: { invite: ann.invite } })
  const people = { Ann: new Person(ann, annLine), Bo: new Person(bo, boLine) }
  const totals = { words: 0, lost: 0, doubled: 0, disordered: 0 }
  let bad = 0
  for (let run = 0; run < count; run++) {
    const words = 1 + random.below(6)
    const cutAt = random.below(words)
    const said: Promise<void>[] = []
    for (let word = 0; word < words; word++) {
      said.push(ann.chat(`${run}.${word}`), bo.chat(`${run}.${word}`))
      if (random.below(3) === 0) await sleep(random.below(3))
      if (word === cutAt) (random.below(2) === 0 ? people.Ann : people.Bo).cut()
    }
    await Promise.all(said)
    totals.words += 2 * words
    const want = Array.from({ length: words }, (_, word) => `${run}.${word}`)
    let isBad = false
    for (const [name, person] of Object.entries(people)) {
      await until(() => person.resumed >= person.cuts && person.heard.length >= words)
      const heard = person.heard.splice(0)
      const lost = want.filter((word) => !heard.includes(word)).length
      const doubled = heard.length - new Set(heard).size
      totals.lost += lost
      totals.doubled += doubled
      if (lost + doubled === 0 && heard.join() !== want.join()) totals.disordered++
      if (person.resumed === person.cuts && heard.join() === want.join()) continue
      isBad = true
      console.error(`drops: run ${run}, ${name} heard ${heard.join()}, not ${want.join()}`)
    }
    if (isBad) bad++
  }
  // A word that came twice may come when nobody looks any more.
  await Promise.all([ann.chat("last"), bo.chat("last")])
  await until(() => Object.values(people).every(({ heard }) => heard.includes("last")))
  const late = Object.values(people).flatMap(({ heard }) => heard.filter((word) => word !== "last"))
  totals.doubled += late.length
  const sum = (field: "cuts" | "resumed"): number => people.Ann[field] + people.Bo[field]
  console.error(
    `drops: ${sum("cuts")} cuts, ${sum("resumed")} taken up again; ` +
      `${totals.words} words, ${totals.lost} lost, ${totals.doubled} doubled, ${totals.disordered} runs out of order`,
  )
  await ann.leave()
  await bo.leave()
  return bad + (late.length > 0 ? 1 : 0)
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!isSo() && Date.now() < deadline) await sleep(1)
}
