import { generateSigningSeed, signerFromSeed } from "@darkslide/crypto"
import { beforeEach, describe, expect, test, vi } from "vitest"
import { RoomsError } from "../../src/errors.ts"
import { createHub, type Hub } from "../../src/hub/hub.ts"
import { memoryLog } from "../../src/hub/memory-log.ts"
import type { RoomLog } from "../../src/hub/room-log.ts"
import { comeBack, type Waiting } from "../../src/room/come-back.ts"
import { joinRoom, returnToRoom } from "../../src/room/join-room.ts"
import type { Room } from "../../src/room/room.ts"
import { Company, expectEvent, expectSettled, signal, watch, type Guest } from "./company.ts"

const code = (name: string): Error => expect.objectContaining({ code: name }) as Error

let now = 0
let log: RoomLog
let hub: Hub
let company: Company
beforeEach(() => {
  now = Date.now()
  log = memoryLog()
  hub = createHub({ log, now: () => now })
  company = new Company(hub)
})

/** Away for longer than the hub keeps a place; the others hear of both. */
async function beAway({ transport }: Guest, other: Guest): Promise<void> {
  transport.isCut = true
  transport.drop()
  await vi.waitFor(() => expect(other.transport.frames.at(-1)).toContain('"away"'))
  now += 60_000
  await hub.tick()
  transport.isCut = false
}

async function expectLost(guest: Guest): Promise<void> {
  expect((await expectEvent(guest, "closed")).error?.code).toBe("ROOMS_SESSION_LOST")
}

describe("who was away for longer than a place is kept", () => {
  test("is told, and comes back by the room's secret: as the same person on another leaf", async () => {
    const ann = await company.create("Ann", { door: "pair" })
    const person = signerFromSeed(generateSigningSeed())
    const bo = await company.join("Bo", { invite: ann.room.invite }, { person })
    await expectSettled([ann, bo])
    const { leaf, person: key } = bo.room.self
    await beAway(bo, ann)
    expect((await expectEvent(ann, "member_left")).member.leaf).toBe(leaf)
    await expectLost(bo)
    const before = ann.room.code

    const entry = { invite: bo.room.invite }
    const { transport } = bo
    const again = await comeBack(
      async (ending) => await joinRoom({ transport, name: "Bo", person, entry, signal: ending }),
      { signal: signal() },
    )
    const back = watch(again, transport)
    await expectSettled([ann, back])
    expect([again.self.person, again.self.leaf === leaf]).toEqual([key, false])
    expect(ann.room.code).not.toBe(before)
    await again.chat("here I am")
    expect((await expectEvent(ann, "chat")).from.name).toBe("Bo")
  })

  test("is told also where the hub could not be reached for so long", async () => {
    company = new Company(createHub({ log, limits: { resumeMs: 1 } }))
    const [, bo] = await company.gather("Ann", "Bo")
    bo!.transport.isCut = true
    bo!.transport.drop()
    await expectLost(bo!)
    const { error } = await expectEvent(bo!, "closed")
    expect(error?.cause).toEqual(code("ROOMS_UNREACHABLE"))
  })

  test("waits for the network, and for somebody who admits: a hub that began anew has nobody", async () => {
    const ann = await company.create("Ann")
    const bo = await company.join("Bo", { invite: ann.room.invite })
    await expectSettled([ann, bo])
    const next = createHub({ log, now: () => now })
    for (const { transport } of [ann, bo]) {
      transport.hub = next
      transport.isCut = transport === bo.transport
      transport.drop()
    }
    await expectLost(ann)

    const waiting: Waiting[] = []
    const isTold = Promise.withResolvers<void>()
    const { transport } = bo
    const entry = { invite: bo.room.invite }
    const returning = comeBack(async (ending) => await joinRoom({ transport, name: "Bo", entry, signal: ending }), {
      signal: signal(),
      onWaiting(one) {
        waiting.push(one)
        transport.isCut = false
        if (one.error.code === "ROOMS_NOBODY_TO_ADMIT") isTold.resolve()
      },
    })
    await isTold.promise
    const owner = await returnToRoom({ transport: ann.transport, name: "Ann", owner: ann.owner, signal: signal() })
    const [annAgain, boAgain] = [watch(owner, ann.transport), watch(await returning, transport)]
    await expectSettled([annAgain, boAgain])
    expect(waiting[0]).toMatchObject({ error: { code: "ROOMS_UNREACHABLE" } })
    await owner.chat("as before")
    expect((await expectEvent(boAgain, "chat")).text).toBe("as before")
  })

  test("does not come back by a link that was replaced, nor to a no", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    await beAway(bo!, ann!)
    await expectLost(bo!)
    const entry = { invite: bo!.room.invite }
    const join = async (ending: AbortSignal): Promise<Room> =>
      await joinRoom({ transport: bo!.transport, name: "Bo", entry, signal: ending })
    await ann!.room.configure({ door: "knock" })
    const asking = comeBack(join, { signal: signal() })
    await ann!.room.deny((await expectEvent(ann!, "knock")).knock.id)
    await expect(asking).rejects.toThrow(code("ROOMS_NOT_ADMITTED"))
    await ann!.room.revokeLink()
    await expect(comeBack(join, { signal: signal() })).rejects.toThrow(code("ROOMS_LINK_REVOKED"))
  })

  test("stops when told to, or after a while", async () => {
    const unreachable = new RoomsError("ROOMS_UNREACHABLE", "Cannot reach hub: no connection")
    const never = async (): Promise<never> => await Promise.reject(unreachable)
    await expect(comeBack(never, { giveUpAfterMs: 0 })).rejects.toBe(unreachable)
    const ending = new AbortController()
    const stopped = comeBack(never, { signal: ending.signal, onWaiting: () => ending.abort(new Error("enough")) })
    await expect(stopped).rejects.toThrow("enough")
    const slow = new RoomsError("ROOMS_LIMIT_EXCEEDED", "Cannot knock: later", { retryAfterMs: 7000 })
    const pauses: number[] = []
    const clock = { now: () => 0, sleep: async (ms: number) => void pauses.push(ms) }
    const busy = [slow, unreachable, unreachable]
    const join = async (): Promise<string> => {
      const error = busy.shift()
      if (error) throw error
      return "in"
    }
    expect(await comeBack(join, { clock })).toBe("in")
    expect(pauses[0]).toBe(7000)
    expect(pauses).toHaveLength(3)
  })
})
