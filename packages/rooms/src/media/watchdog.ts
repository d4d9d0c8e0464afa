import type { Source } from "./call-signal.ts"
import type { PeerLink } from "./peer-link.ts"
import { entriesOf, numberIn, type StatsEntry } from "./statistics.ts"
import type { PipeCounts } from "./worker-messages.ts"

/** A stream whose frames do not all go through the worker. */
export interface Leak {
  readonly link: PeerLink
  readonly source: Source
  readonly way: "out" | "in"
}

/** What is between the moments of counting here and there. Frames of video, packets of sound. */
const slack = { video: 2, audio: 5 }
/** So many packets of a stream of which the worker saw nothing at all. */
const unseenPackets = 25

/**
 * Finds streams that go past the worker: the browser sent more frames than the worker saw, or showed more than it opened.
 * The browser is asked first, so that what both count cannot look like a leak; frames that the worker left out are seen but
 * not sent. Each tick takes one report for each link.
 */
export async function findLeaks(
  links: readonly PeerLink[],
  count: () => Promise<ReadonlyMap<number, PipeCounts>>,
): Promise<readonly Leak[]> {
  const reports = await Promise.all(links.map(async (link) => ({ link, entries: await reportOf(link) })))
  const counts = await count()
  return reports.flatMap(({ link, entries }) => [
    ...link.senders
      .filter(({ sealed: { transceiver, outgoing } }) => {
        const seen = counts.get(outgoing.id)?.seen ?? 0
        return isLeaking(streamsOf(entries, "outbound-rtp", transceiver.mid), seen)
      })
      .map(({ source }): Leak => ({ link, source, way: "out" })),
    ...link.received
      .filter(({ sealed: { transceiver, incoming } }) => {
        const streams = streamsOf(entries, "inbound-rtp", transceiver.mid)
        return isBypassed(streams, counts.get(incoming.id))
      })
      .map(({ source }): Leak => ({ link, source, way: "in" })),
  ])
}

async function reportOf({ connection }: PeerLink): Promise<readonly StatsEntry[]> {
  return connection.signalingState === "closed" ? [] : entriesOf(await connection.getStats())
}

function streamsOf(entries: readonly StatsEntry[], type: string, mid: string | null): readonly StatsEntry[] {
  return entries.filter((entry) => entry.type === type && mid !== null && entry["mid"] === mid)
}

function isLeaking(streams: readonly StatsEntry[], seen: number): boolean {
  const frames = total(streams, "framesSent")
  const packets = total(streams, "packetsSent") - total(streams, "retransmittedPacketsSent")
  return streams[0]?.["kind"] === "video" ? frames > seen + slack.video : packets > seen + slack.audio
}

function isBypassed(streams: readonly StatsEntry[], counts: PipeCounts | undefined): boolean {
  if (streams[0]?.["kind"] === "video") return total(streams, "framesDecoded") > (counts?.passed ?? 0) + slack.video
  return (counts?.seen ?? 0) === 0 && total(streams, "packetsReceived") > unseenPackets
}

function total(streams: readonly StatsEntry[], name: string): number {
  return streams.reduce((sum, entry) => sum + (numberIn(entry, name) ?? 0), 0)
}
