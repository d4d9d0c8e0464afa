// The page of `soak membership`: a call of four in which one after the other comes and goes, with every frame looked at.
import { createRoom, inviteFragment, joinRoom, parseInvite, webSocketTransport } from "@darkslide/rooms"
import { sframeAes128Gcm, sframeMlsKeys, sframeReceiver, decodeSFrameHeader } from "@darkslide/crypto/sframe"
import { isDarkslideError } from "@darkslide/crypto/errors"
import { readEpochKey } from "../src/media/epoch-reader.ts"
import { numberedCamera } from "../test/media/numbered-pictures.ts"
import { epochBitsOf, type FrameNote } from "./frame-notes.ts"
import { WatchedCaller } from "./watched-caller.ts"

const transport = webSocketTransport(`${location.origin.replace(/^http/u, "ws")}/rooms`)
const stream = new MediaStream([numberedCamera().track])
/** Those who stay. */
const stayers: WatchedCaller[] = []
let fragment = ""

/** Frames between those who stay, around one change. */
export interface Losses {
  readonly arrived: number
  /** Did not come out of the worker of who sent them. */
  readonly unsealed: number
  /** Arrived, and could not be opened. */
  readonly unopened: number
  /** Were opened, and no picture of theirs was shown. */
  readonly unshown: number
}

export interface Visited {
  readonly bad: readonly string[]
  /** In milliseconds: to the first picture of each who is there. */
  readonly linkToPicture: readonly number[]
  /** To the first frame under the new key, of each who stays. */
  readonly leaveToNewKey: readonly number[]
  readonly joinLosses: Losses
  readonly leaveLosses: Losses
  /** The same while nothing changes: what the machine loses by itself. */
  readonly quietLosses: Losses
  /** Frames under newer keys that still reached who left, and frames of before that the newcomer tried its key on. */
  readonly later: number
  readonly earlier: number
}

declare global {
  interface Window {
    gatherWatched(others: number): Promise<void>
    visit(isKicked: boolean): Promise<Visited>
  }
}

/** How long things take that are on their way when a span ends: the hold of 400 ms, and a decoder. */
const settleMs = 700
const patienceMs = 15_000
const now = (): number => performance.timeOrigin + performance.now()
const rest = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms))

window.gatherWatched = async (others) => {
  const { room } = await createRoom({ transport, name: "Ann", door: "open" })
  fragment = inviteFragment(room.invite)
  const rooms = [room]
  for (let index = 0; index < others; index++)
    rooms.push(await joinRoom({ transport, name: `other ${index}`, entry: { invite: room.invite } }))
  // They close no connection to those who leave: only the keys keep them out.
  for (const one of rooms) stayers.push(await WatchedCaller.enter(one, ({ type }) => type !== "member_left", stream))
  await until(() => stayers.every(({ firstPictures }) => firstPictures.size === others), "no pictures")
  await rest(1000)
}

window.visit = async (isKicked) => {
  const bad: string[] = []
  const [host] = stayers
  if (!host) throw new Error("not begun")
  const quietStart = now()
  await rest(500)
  const quietLosses = lossesOf(await notesFrom(quietStart))
  const { sealed: before } = await host.notesUntil(0)

  const joinStart = now()
  fragment = inviteFragment(host.room.invite)
  const guestRoom = await joinRoom({ transport, name: "Guest", entry: { invite: parseInvite(fragment) } })
  const bornIn = guestRoom.keys.epoch
  const isHeard = ({ type }: { type: string }): boolean => type !== "closed" && type !== "member_left"
  const guest = await WatchedCaller.enter(guestRoom, isHeard, stream)
  const { leaf, leafIndex } = guestRoom.self
  await until(() => stayers.every((one) => guest.firstPictures.has(one.leafIndex)), "the guest sees nothing")
  await until(() => stayers.every((one) => one.firstPictures.has(leafIndex)), "nobody sees the guest")
  const linkToPicture = stayers.map((one) => guest.firstPictures.get(one.leafIndex)! - joinStart)
  await rest(300)
  const joined = await notesFrom(joinStart)
  const joinLosses = lossesOf(joined)
  const { notes: guestNotes, sealed: guestSealed } = await guest.notesUntil(now())
  const early = guestNotes.filter((note) => note.hasPassed && note.direction === "open" && isBefore(note, bornIn))
  if (early.length > 0) bad.push(`who came opened ${early.length} frames from before`)
  const guestKey = await readEpochKey(guestRoom, 0)
  const opened = await openWith(guestKey.baseKey, before)
  if (opened > 0) bad.push(`who came opened ${opened} recorded frames from before`)
  // That the same key opens what it must, so that the zero above says something.
  if ((await openWith(guestKey.baseKey, guestSealed)) === 0) bad.push("the key of who came opens nothing at all")

  const { epoch } = host.room.keys
  const member = host.room.members.find((one) => one.leaf === leaf)
  if (!member) throw new Error("the guest is not in the room")
  const leaveStart = now()
  const done = isKicked ? host.room.kick(member) : guestRoom.leave()
  await done
  await until(() => stayers.every(({ room }) => room.keys.epoch > epoch), "nobody has new keys")
  await rest(500)
  const left = await notesFrom(leaveStart)
  const leaveLosses = lossesOf(left)
  const leaveToNewKey = stayers.map((one) => {
    const fresh = (left.get(one) ?? []).filter((note) => note.direction === "seal" && isAfter(note, epoch))
    return Math.min(...fresh.map(({ at }) => at)) - leaveStart
  })
  if (leaveToNewKey.includes(Number.POSITIVE_INFINITY)) bad.push("somebody seals nothing under the new key")
  const later = (await guest.notesUntil(now())).notes.filter(
    (note) => note.direction === "open" && isAfter(note, epoch),
  )
  const laterOpened = later.filter(({ hasPassed }) => hasPassed)
  if (later.length === 0) bad.push("nothing more reached who left: its connections were closed")
  if (laterOpened.length > 0) bad.push(`who left opened ${laterOpened.length} frames`)
  const { sealed: after } = await host.notesUntil(0)
  if ((await openWith(guestKey.baseKey, after)) > 0) bad.push("the key of who left opens what came after")

  await guest.call.leave()
  for (const one of stayers) one.forget(leaf)
  return {
    bad,
    linkToPicture,
    leaveToNewKey,
    joinLosses,
    leaveLosses,
    quietLosses,
    later: later.length,
    earlier: before.length,
  }
}

type Notes = ReadonlyMap<WatchedCaller, readonly FrameNote[]>

/** What went through the workers of those who stay from a moment to now, once it has come to an end. */
async function notesFrom(start: number): Promise<Notes> {
  const end = now()
  await rest(settleMs)
  const all = await Promise.all(stayers.map(async (one) => [one, (await one.notesUntil(end)).notes] as const))
  return new Map(all.map(([one, notes]) => [one, notes.filter(({ at }) => at >= start)]))
}

function lossesOf(all: Notes): Losses {
  const losses = { arrived: 0, unsealed: 0, unopened: 0, unshown: 0 }
  const isStayer = (note: FrameNote): boolean => stayers.some(({ leafIndex }) => leafIndex === note.leafIndex)
  for (const [one, notes] of all) {
    const between = notes.filter(isStayer)
    losses.unsealed += between.filter(({ direction, hasPassed }) => direction === "seal" && !hasPassed).length
    const arrived = between.filter(({ direction }) => direction === "open")
    // Probes for bandwidth repeat frames: one of each must have passed.
    const passed = new Set(arrived.flatMap(({ hasPassed, sealedAs }) => (hasPassed ? [sealedAs] : [])))
    const unopened = new Set(arrived.flatMap(({ sealedAs }) => (passed.has(sealedAs) ? [] : [sealedAs])))
    losses.arrived += passed.size + unopened.size
    losses.unopened += unopened.size
    losses.unshown += arrived.filter((note) => note.hasPassed && !one.hasShown(note)).length
  }
  return losses
}

function isBefore({ keyId }: FrameNote, epoch: bigint): boolean {
  return keyId !== undefined && distance(keyId, epoch) < 0n
}

function isAfter({ keyId }: FrameNote, epoch: bigint): boolean {
  return keyId !== undefined && distance(keyId, epoch) > 0n
}

/** From an epoch to that of a key id, of which only four bits are there. */
function distance(keyId: bigint, epoch: bigint): bigint {
  return BigInt.asIntN(4, epochBitsOf(keyId) - epochBitsOf(epoch))
}

/** How many of some sealed frames a changed client opens that takes the key it has for each of them. */
async function openWith(baseKey: Uint8Array, frames: readonly Uint8Array[]): Promise<number> {
  let opened = 0
  for (const frame of frames) {
    const keys = sframeMlsKeys({ suite: sframeAes128Gcm })
    keys.setEpoch(epochBitsOf(decodeSFrameHeader(frame).keyId), { baseKey, members: 2 ** 16 })
    try {
      await sframeReceiver(keys).decrypt(frame)
      opened++
    } catch (error) {
      // Its tag does not hold: that is what is hoped for.
      if (!isDarkslideError(error)) throw error
    }
  }
  return opened
}

async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(otherwise)
    await rest(5)
  }
}
