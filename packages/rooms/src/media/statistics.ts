import type { RoomMember } from "../room/events.ts"
import type { Source } from "./call-signal.ts"

/** One stream over the last interval. */
export interface StreamStatistics {
  readonly source: Source
  /** Bits a second, without headers. */
  readonly bitrate: number
  /** Of pictures. */
  readonly framesPerSecond?: number | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly codec?: string | undefined
  /** Packets that did not arrive, of a hundred. */
  readonly lostPercent?: number | undefined
  /** What keeps the quality down, as the browser says: `bandwidth`, `cpu`. */
  readonly limitedBy?: string | undefined
}

/** One connection over the last interval. */
export interface LinkFigures {
  readonly roundTripMs: number | undefined
  /** Whether packets go through a relay. */
  readonly isRelayed: boolean | undefined
  readonly outgoing: readonly StreamStatistics[]
  readonly incoming: readonly StreamStatistics[]
}

export interface PersonStatistics extends LinkFigures {
  readonly member: RoomMember
}

/** What of a connection is counted: which of its sections is which source. */
export interface CountedLink {
  sourceOf(mid: string): Source | undefined
}

/** A report's entries, of which only what is read here is named. */
export type StatsEntry = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string }

export function entriesOf(report: RTCStatsReport): readonly StatsEntry[] {
  const entries: StatsEntry[] = []
  report.forEach((entry: StatsEntry) => entries.push(entry))
  return entries
}

export function numberIn(entry: StatsEntry | undefined, name: string): number | undefined {
  const value = entry?.[name]
  return typeof value === "number" ? value : undefined
}

function textIn(entry: StatsEntry | undefined, name: string): string | undefined {
  const value = entry?.[name]
  return typeof value === "string" ? value : undefined
}

/** Makes figures of one connection's reports, each against the one before. */
export class LinkStatistics {
  #before = new Map<string, StatsEntry>()

  read(report: RTCStatsReport, link: CountedLink): LinkFigures {
    const entries = entriesOf(report)
    const byId = new Map(entries.map((entry) => [entry.id, entry]))
    const pair = entries.find((entry) => entry.type === "candidate-pair" && entry["nominated"] === true)
    const trip = numberIn(pair, "currentRoundTripTime")
    const local = byId.get(textIn(pair, "localCandidateId") ?? "")
    const statistics = {
      roundTripMs: trip === undefined ? undefined : trip * 1000,
      isRelayed: local && local["candidateType"] === "relay",
      outgoing: this.#streams(entries, byId, "outbound-rtp", link),
      incoming: this.#streams(entries, byId, "inbound-rtp", link),
    }
    this.#before = byId
    return statistics
  }

  #streams(
    entries: readonly StatsEntry[],
    byId: ReadonlyMap<string, StatsEntry>,
    type: "inbound-rtp" | "outbound-rtp",
    link: CountedLink,
  ): readonly StreamStatistics[] {
    return entries.flatMap((entry) => {
      const source = entry.type === type ? link.sourceOf(textIn(entry, "mid") ?? "") : undefined
      if (!source) return []
      const gained = (name: string): number =>
        (numberIn(entry, name) ?? 0) - (numberIn(this.#before.get(entry.id), name) ?? 0)
      const seconds = gained("timestamp") / 1000
      const isIncoming = type === "inbound-rtp"
      const lost = gained("packetsLost")
      const packets = gained("packetsReceived") + lost
      return {
        source,
        bitrate: seconds > 0 ? (8 * gained(isIncoming ? "bytesReceived" : "bytesSent")) / seconds : 0,
        framesPerSecond: numberIn(entry, "framesPerSecond"),
        width: numberIn(entry, "frameWidth"),
        height: numberIn(entry, "frameHeight"),
        codec: textIn(byId.get(textIn(entry, "codecId") ?? ""), "mimeType"),
        lostPercent: isIncoming && packets > 0 ? (100 * lost) / packets : undefined,
        limitedBy: textIn(entry, "qualityLimitationReason"),
      }
    })
  }
}
