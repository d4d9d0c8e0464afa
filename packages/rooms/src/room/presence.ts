import type { HubMessageOf } from "../wire/hub-message.ts"
import type { RoomState } from "./room-state.ts"

// What the hub says of connections. It may lie: whom it calls gone is removed, and everybody sees that.

/** Notes who came, went away, or left. */
export function notePeople(state: RoomState, ownLeaf: string, people: HubMessageOf<"people">): void {
  const { away = [], back = [], left = [], present } = people
  for (const number of away) state.away.add(number)
  for (const number of back) state.away.delete(number)
  for (const number of left) noteGone(state, ownLeaf, number)
  if (present) notePresent(state, ownLeaf, present)
}

/** Notes who is there: those who are on no list left while we were not told. */
export function notePresent(state: RoomState, ownLeaf: string, present: readonly number[]): void {
  const there = new Set(present)
  for (const number of [...state.numbers.values()]) if (!there.has(number)) noteGone(state, ownLeaf, number)
}

function noteGone(state: RoomState, ownLeaf: string, number: number): void {
  for (const [leaf, own] of state.numbers) if (own === number && leaf !== ownLeaf) state.departing.add(leaf)
  for (const [leaf, newcomer] of state.newcomers) if (newcomer.number === number) state.newcomers.delete(leaf)
  state.away.delete(number)
}
