import type { Head } from "../membership/head.ts"
import type { HubMessage, HubMessageOf } from "../wire/hub-message.ts"
import type { Bus, BusEvent } from "./bus.ts"
import type { HubLimits } from "./limits.ts"
import { toWireHead } from "../wire/wire-head.ts"
import type { LogEntry, RoomLog, RoomRecord } from "./room-log.ts"

/** Where a member or knocker is connected right now. */
export interface Line {
  send(message: HubMessage): void
  /** A text that many get: encoded once. */
  sendText(text: string): void
  close(): void
  readonly bufferedBytes: number
}

/** Somebody who joined: connected, or away and expected back until the time to resume is over. */
export interface HubMember {
  readonly number: number
  readonly key: Uint8Array
  /** SHA-256 of the resume token, base64url. */
  readonly tokenHash: string
  admits: boolean
  /** It gets what the hub has, and is no part of the room: not counted, not shown, not heard. */
  readonly watches: boolean
  /** The admission key that it has proven. */
  admission: string
  /** When it was owed a proof of a newer one. */
  owesProofSince: number | undefined
  line: Line | undefined
  awaySince: number | undefined
  /** The highest sequence number that was sent over the present line. */
  cursor: number
  isCatchingUp: boolean
  /** Presence was left out: the whole list is owed. */
  owesPeople: boolean
}

/** Somebody at the door. */
export interface HubKnocker {
  readonly number: number
  readonly line: Line
  /** The member who was asked. */
  readonly admitter: number
}

type Change = "joined" | "away" | "back" | "left"

const digestEveryMs = 100
const replayBatch = 100

/** A room as one hub holds it while somebody is in it: who is there, and what each has been sent. */
export class HubRoom {
  readonly id: string
  record: RoomRecord
  head: Head
  readonly members: Map<number, HubMember> = new Map()
  readonly knockers: Map<number, HubKnocker> = new Map()
  /** Connections that are about to come in. */
  holds = 0
  readonly #log: RoomLog
  readonly #limits: HubLimits
  readonly #unsubscribe: () => void
  readonly #onError: (error: unknown) => void
  #changes: { readonly change: Change; readonly number: number }[] = []
  #digestAt = 0

  constructor(options: {
    readonly id: string
    readonly record: RoomRecord
    readonly head: Head
    readonly log: RoomLog
    readonly bus: Bus
    readonly limits: HubLimits
    readonly onBus: (room: HubRoom, event: BusEvent) => void
    readonly onError: (error: unknown) => void
  }) {
    this.id = options.id
    this.record = options.record
    this.head = options.head
    this.#log = options.log
    this.#limits = options.limits
    this.#onError = options.onError
    this.#unsubscribe = options.bus.subscribe(options.id, (event) => options.onBus(this, event))
  }

  get isEmpty(): boolean {
    return this.members.size === 0 && this.knockers.size === 0 && this.holds === 0
  }

  get present(): number[] {
    return [...this.members.values()].filter(({ watches }) => !watches).map(({ number }) => number)
  }

  get isFull(): boolean {
    return this.present.length >= this.head.maxMembers
  }

  /** The member who is asked to admit: of those who do and are connected, who has been there longest. */
  admitter(): HubMember | undefined {
    return [...this.members.values()].find(({ admits, line }) => admits && line !== undefined)
  }

  forget(): void {
    this.#unsubscribe()
  }

  /** Sends an entry to everybody who has all before it; who has not is sent what is missing first. */
  deliver(entry: LogEntry): void {
    const text = JSON.stringify(toMessage(entry))
    for (const member of this.members.values()) {
      if (member.line === undefined || entry.seq <= member.cursor || member.isCatchingUp) continue
      if (entry.seq === member.cursor + 1) {
        member.cursor = entry.seq
        member.line.sendText(text)
        this.#closeIfTooSlow(member.line)
      } else this.catchUp(member)
    }
  }

  /** Sends a member what the log has beyond its cursor. */
  catchUp(member: HubMember): void {
    if (member.isCatchingUp) return
    member.isCatchingUp = true
    this.#replay(member).catch((error: unknown) => {
      member.line?.close()
      this.#onError(error)
    })
  }

  async #replay(member: HubMember): Promise<void> {
    const { line } = member
    try {
      for (;;) {
        const entries = await this.#log.read(this.id, { after: member.cursor, limit: replayBatch })
        if (entries.length === 0 || line === undefined || member.line !== line) return
        for (const entry of entries) {
          member.cursor = entry.seq
          line.send(toMessage(entry))
        }
        this.#closeIfTooSlow(line)
      }
    } finally {
      member.isCatchingUp = false
      // Another line took over while this one was served.
      if (member.line !== line && member.line !== undefined) this.catchUp(member)
    }
  }

  /** Who reads too slowly is cut off and may resume: nothing ordered is ever left out. */
  #closeIfTooSlow(line: Line): void {
    if (line.bufferedBytes > this.#limits.maxBufferedBytes) line.close()
  }

  sendAll(message: HubMessage, except?: number): void {
    const text = JSON.stringify(message)
    for (const { number, line } of this.members.values()) if (number !== except) line?.sendText(text)
  }

  /** Sends what may be lost: not to those who read too slowly. */
  sendHint(message: HubMessageOf<"hint">): void {
    const text = JSON.stringify(message)
    for (const { number, line } of this.members.values()) {
      if (number === message.from || line === undefined || line.bufferedBytes > this.#limits.highWaterBytes) continue
      line.sendText(text)
    }
  }

  /** Tells of somebody's coming or going: at once in small rooms, in digests in large ones. */
  announce(change: Change, number: number, now: number): void {
    this.#changes.push({ change, number })
    if (this.members.size <= this.#limits.digestAbove) this.#tellChanges(now)
  }

  /** Sends digests that are due, and whole lists that are owed. */
  tick(now: number): void {
    if (this.#changes.length > 0 && now >= this.#digestAt) this.#tellChanges(now)
    for (const member of this.members.values()) {
      if (!member.owesPeople || member.line === undefined) continue
      if (member.line.bufferedBytes > this.#limits.highWaterBytes) continue
      member.owesPeople = false
      member.line.send({ t: "people", present: this.present })
    }
  }

  #tellChanges(now: number): void {
    const message = digest(this.#changes)
    const single = this.#changes.length === 1 ? this.#changes[0]?.number : undefined
    this.#changes = []
    this.#digestAt = now + digestEveryMs
    const text = JSON.stringify(message)
    for (const member of this.members.values()) {
      if (member.line === undefined || member.number === single) continue
      if (member.line.bufferedBytes > this.#limits.highWaterBytes) member.owesPeople = true
      else member.line.sendText(text)
    }
  }

  /** Another head holds: with a new admission key all who are there owe a proof of it. */
  takeRecord(record: RoomRecord, head: Head, now: number): void {
    this.record = record
    this.head = head
    for (const member of this.members.values()) this.checkProof(member, now)
  }

  /** Notes whether a member owes a proof; from its return on, where it was away. */
  checkProof(member: HubMember, now: number): void {
    if (member.admission === this.head.admission) member.owesProofSince = undefined
    else if (member.line) member.owesProofSince ??= now
  }

  headMessage(): HubMessageOf<"head"> {
    return { t: "head", ...toWireHead(this.record) }
  }
}

/** The last thing that happened to each. */
function digest(changes: readonly { readonly change: Change; readonly number: number }[]): HubMessageOf<"people"> {
  const last = new Map(changes.map(({ number, change }) => [number, change]))
  const message: Partial<Record<Change, number[]>> = {}
  for (const [number, change] of last) (message[change] ??= []).push(number)
  return { t: "people", ...message }
}

function toMessage({ seq, from, id, body, slot }: LogEntry): HubMessageOf<"message"> {
  return { t: "message", seq, from, id, body, ...(slot !== undefined && { slot }) }
}
