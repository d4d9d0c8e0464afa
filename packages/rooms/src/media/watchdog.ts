import type { MediaLink } from "./call-path.ts"
import type { Source } from "./call-signal.ts"
import { entriesOf, numberIn, type StatsEntry } from "./statistics.ts"
import type { PipeCounts } from "./worker-messages.ts"

/** A stream that is not as it must be: `leak`: frames go past the worker; `stall`: they get no further than to it. */
export interface Fault {
  readonly link: MediaLink
  readonly source: Source
  readonly way: "out" | "in"
  readonly kind: "leak" | "stall"
}

/** What is between the moments of counting here and there. Frames of video, bytes of sound: a tenth of a second. */
const slack = { frames: 2, bytes: 400 }
/** So many frames of a stream of which the worker saw nothing at all. */
const unseen = 25

/**
 * Finds streams that go past the worker: the browser sent more frames than the worker saw, or showed more than it opened; and
 * such as the worker never got to see. The browser is asked first, so that what both count cannot look like a leak; frames
 * that the worker left out are seen but not sent. Each tick takes one report for each link.
 */
export async function findFaults(
  links: readonly MediaLink[],
  count: () => Promise<ReadonlyMap<number, PipeCounts>>,
): Promise<readonly Fault[]> {
  const reports = await Promise.all(links.map(async (link) => ({ link, entries: await reportOf(link) })))
  const counts = await count()
  return reports.flatMap(({ link, entries }) => [
    ...link.senders.flatMap(({ source, sealed: { transceiver, outgoing } }): readonly Fault[] => {
      const streams = streamsOf(entries, "outbound-rtp", transceiver.mid)
      const kind = faultOfSender(streams, counts.get(outgoing.id))
      return kind ? [{ link, source, way: "out", kind }] : []
    }),
    ...link.received.flatMap(({ source, sealed: { transceiver, incoming } }): readonly Fault[] => {
      const streams = streamsOf(entries, "inbound-rtp", transceiver.mid)
      const kind = faultOfReceiver(streams, counts.get(incoming.id))
      return kind ? [{ link, source, way: "in", kind }] : []
    }),
  ])
}

async function reportOf({ connection }: MediaLink): Promise<readonly StatsEntry[]> {
  return connection.signalingState === "closed" ? [] : entriesOf(await connection.getStats())
}

function streamsOf(entries: readonly StatsEntry[], type: string, mid: string | null): readonly StatsEntry[] {
  return entries.filter((entry) => entry.type === type && mid !== null && entry["mid"] === mid)
}

function faultOfSender(streams: readonly StatsEntry[], counts: PipeCounts | undefined): Fault["kind"] | undefined {
  const seen = counts?.seen ?? 0
  const isVideo = streams[0]?.["kind"] === "video"
  const frames = total(streams, "framesSent")
  // Of sound, packets would not do: probes for bandwidth are packets of padding alone.
  const bytes = total(streams, "bytesSent") - total(streams, "retransmittedBytesSent")
  // Whatever left went by the worker first: where it saw nothing, one frame is one too many.
  const isLeak = isVideo
    ? frames > seen + (seen === 0 ? 0 : slack.frames)
    : bytes > (counts?.bytesOut ?? 0) + slack.bytes
  if (isLeak) return "leak"
  return seen === 0 && isVideo && total(streams, "framesEncoded") > unseen ? "stall" : undefined
}

function faultOfReceiver(streams: readonly StatsEntry[], counts: PipeCounts | undefined): Fault["kind"] | undefined {
  const [seen, passed] = [counts?.seen ?? 0, counts?.passed ?? 0]
  const isVideo = streams[0]?.["kind"] === "video"
  if (isVideo && total(streams, "framesDecoded") > passed + slack.frames) return "leak"
  return seen === 0 && total(streams, isVideo ? "framesReceived" : "packetsReceived") > unseen ? "stall" : undefined
}

function total(streams: readonly StatsEntry[], name: string): number {
  return streams.reduce((sum, entry) => sum + (numberIn(entry, name) ?? 0), 0)
}
