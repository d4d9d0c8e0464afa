import { RTCPeerConnection, useSdesMid, useTransportWideCC, type PeerConfig, type RTCRtpCodecParameters } from "werift"
import type { FeedSection } from "./feed-sections.ts"

/** Where the unit takes packets. */
export interface UnitNetwork {
  /** Addresses beside those of the machine's network cards, such as `127.0.0.1`, which must be its own. */
  readonly addresses?: readonly string[] | undefined
  /** The lowest and the highest UDP port, both included. Default: any. */
  readonly ports?: readonly [number, number] | undefined
}

/**
 * ICE lite: the unit answers where packets come from, and looks for nobody. Of header extensions it takes the two that are of
 * the connection alone: others could tell of the picture.
 */
export function openUnitConnection(
  sections: readonly FeedSection[],
  { addresses, ports }: UnitNetwork,
): RTCPeerConnection {
  const extensions = [useSdesMid(), useTransportWideCC()]
  const codecsOf = (kind: "audio" | "video"): RTCRtpCodecParameters[] => {
    return [
      ...new Map(sections.filter((one) => one.kind === kind).map(({ codec }) => [codec.mimeType, codec])).values(),
    ]
  }
  const configuration: Partial<PeerConfig> = {
    iceLite: true,
    iceServers: [],
    iceUseTcp: false,
    bundlePolicy: "max-bundle",
    codecs: { audio: codecsOf("audio"), video: codecsOf("video") },
    headerExtensions: { audio: extensions, video: extensions },
    ...(addresses && { iceAdditionalHostAddresses: [...addresses] }),
    ...(ports && { icePortRange: [ports[0], ports[1]] }),
  }
  return new RTCPeerConnection(configuration)
}

/**
 * What the unit describes. `ice-lite` is of the whole session (RFC 8839 section 5.3), where werift writes it to each of its parts:
 * browsers do not see it there, take the unit for one that looks for ways itself, and name a way that only goes to it.
 */
export function describe({ localDescription }: RTCPeerConnection): string {
  const sdp = (localDescription?.sdp ?? "").replace(/^a=ice-lite\r?\n/gmu, "")
  return sdp.replace(/^m=/mu, "a=ice-lite\r\nm=")
}
