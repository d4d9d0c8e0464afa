import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { expect } from "vitest"
import { Room } from "../../src/room/room.ts"
import type { RoomState } from "../../src/room/room-state.ts"
import type { HubMessage, HubMessageOf } from "../../src/wire/hub-message.ts"
import { expectEvent, type Guest } from "./company.ts"

// What hubs that lie are made of: a tap between the honest one and single members. Each test of `lying-*.test.ts` is one
// attack: it is found out, or it changes nothing but who can be reached.

export type Entry = HubMessageOf<"message">

export const code = (name: string): Error => expect.objectContaining({ code: name }) as Error

export async function expectForked(guest: Guest): Promise<void> {
  expect((await expectEvent(guest, "closed")).error?.code).toBe("ROOMS_FORKED")
}

export const state = ({ room }: Guest): RoomState => Room.engineOf(room).state
export const chats = (guest: Guest): string[] => guest.seen.flatMap((one) => (one.type === "chat" ? [one.text] : []))

/** Lets a member get other entries than the hub has, from now on; numbers stay without a hole. */
export function rewrite(guest: Guest, change: (entry: Entry) => readonly Entry[]): void {
  let shift = 0
  guest.transport.tap = {
    toClient(message) {
      if (message.t !== "message") return [message]
      const shown = change(message)
      const start = message.seq + shift
      shift += shown.length - 1
      return shown.map((entry, i) => ({ ...entry, seq: start + i }))
    },
  }
}

/** Does it once, to the first entry. */
export function once(change: (entry: Entry) => readonly Entry[]): (entry: Entry) => readonly Entry[] {
  let isDone = false
  return (entry) => {
    if (isDone) return [entry]
    isDone = true
    return change(entry)
  }
}

export const flip = (body: string): string => body.slice(0, -4) + (body.endsWith("AAAA") ? "BBBB" : "AAAA")
export const newId = (): string => toBase64Url(randomBytes(16))

/** As {@link once}, for any message. */
export function onceOf(
  change: (message: HubMessage) => readonly HubMessage[],
): (message: HubMessage) => readonly HubMessage[] {
  let isDone = false
  return (message) => {
    if (isDone) return [message]
    const shown = change(message)
    isDone = shown[0] !== message
    return shown
  }
}
