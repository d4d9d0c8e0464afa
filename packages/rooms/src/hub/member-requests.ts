import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
import { domains } from "../domains.ts"
import { checkHead } from "../membership/head.ts"
import { key32, readSigned } from "../membership/signed.ts"
import type { ClientMessage, ClientMessageOf } from "../wire/client-message.ts"
import type { HubMessage, Refusal } from "../wire/hub-message.ts"
import { fromWireHead } from "../wire/wire-head.ts"
import type { HubState } from "./hub.ts"
import { checkAdmission } from "./hub-door.ts"
import type { HubMember, HubRoom } from "./hub-room.ts"
import { toRecord } from "./record.ts"

/** A member and the connection that it speaks over. */
export interface MemberLine {
  readonly state: HubState
  readonly room: HubRoom
  readonly member: HubMember
  /** The greeting of the connection. */
  readonly nonce: string
  send(message: HubMessage): void
  /** Answers a request; ends the connection where there is none to answer. */
  refuse(message: ClientMessage, code: Refusal): void
  leave(): void
}

/** Entries are dropped from the log in steps of so many. */
const dropEvery = 256

/** What signs that a room shall be cleared. */
const clearSchema = z.strictObject({ v: z.literal(1), room: z.string(), nonce: key32 })

/** Does what a member asks. */
export async function handleMember(message: ClientMessage, line: MemberLine): Promise<void> {
  const { state, room, member } = line
  const { number } = member
  if (member.watches && message.t !== "renew" && message.t !== "leave") return line.refuse(message, "forbidden")
  switch (message.t) {
    case "post":
      return await post(message, line)
    case "tell":
      return state.bus.publish(room.id, { t: "tell", from: number, to: message.to, body: message.body })
    case "hint":
      return state.bus.publish(room.id, { t: "hint", from: number, body: message.body })
    case "head":
      return await replaceHead(message, line)
    case "renew":
      return await renew(message, line)
    case "alias": {
      const alias = state.aliases.issue(room.id, number, state.now() + state.limits.aliasMs)
      return alias === undefined ? line.refuse(message, "slow-down") : line.send({ t: "done", id: message.id, alias })
    }
    case "unalias":
      return state.aliases.drop(message.alias, room.id, number)
    case "admits":
      member.admits = message.admits
      return
    case "clear":
      return await clear(message, line)
    case "leave":
      return line.leave()
    default:
      return line.refuse(message, "forbidden")
  }
}

async function post(message: ClientMessageOf<"post">, line: MemberLine): Promise<void> {
  const { state, room, member } = line
  const { id, body, slot } = message
  const entry = { from: member.number, id, body, ...(slot !== undefined && { slot }) }
  const result = await state.log.append(room.id, entry)
  if (result.kind === "no-room") return line.refuse(message, "unknown-room")
  if (result.kind === "taken") return line.refuse(message, "taken")
  // What is new comes back to its sender with all others' copies: that is the answer.
  if (result.kind === "known") return line.send({ t: "done", id, seq: result.seq })
  state.bus.publish(room.id, { t: "entry", entry: { ...entry, seq: result.seq } })
  if (result.seq % dropEvery === 0) await state.log.drop(room.id, result.seq - state.limits.keptEntries)
}

async function replaceHead(message: ClientMessageOf<"head">, line: MemberLine): Promise<void> {
  const { state, room } = line
  const proven = fromWireHead(message)
  const head = checkHead(proven, room.id, room.head)
  const record = toRecord(proven, head, room)
  if (!(await state.log.replace(room.id, record, room.record.serial))) return line.refuse(message, "taken")
  room.takeRecord(record, head, state.now())
  room.sendAll(room.headMessage())
  line.send({ t: "done", id: message.id })
  // For other hubs.
  state.bus.publish(room.id, { t: "record" })
}

async function renew({ sig }: ClientMessageOf<"renew">, { state, room, member, nonce }: MemberLine): Promise<void> {
  const { admission } = room.head
  const refusal = await checkAdmission(room, { key: toBase64Url(member.key), sig }, nonce)
  // A proof of the key before comes from who was on the way when it changed; the time to give another runs on.
  if (refusal !== undefined) return
  member.admission = admission
  room.checkProof(member, state.now())
}

async function clear(message: ClientMessageOf<"clear">, line: MemberLine): Promise<void> {
  const { state, room, nonce } = line
  const proof = readSigned(domains.clear, fromBase64Url(message.proof), clearSchema, () => room.head.owner)
  if (proof.room !== room.id || proof.nonce !== nonce) return line.refuse(message, "forbidden")
  await state.log.remove(room.id)
  line.send({ t: "done", id: message.id })
  state.bus.publish(room.id, { t: "removed" })
}
