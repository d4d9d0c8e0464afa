import { RTCRtpCodecParameters, usePLI, useNACK, useTWCC } from "werift"

/** One stream of a feed, as its sender described it. */
export interface FeedSection {
  readonly mid: string
  readonly kind: "audio" | "video"
  /** The sender's first choice: those who watch are offered the very same, so that packets need no other change. */
  readonly codec: RTCRtpCodecParameters
}

const known = ["opus", "vp8", "vp9", "av1", "h264"]

/**
 * Reads what a sender offers: up to three sections that only send, all pictures in one codec.
 * @returns `undefined` for anything else.
 */
export function readSections(sdp: string): readonly FeedSection[] | undefined {
  const sections: FeedSection[] = []
  for (const section of sdp.split(/^(?=m=)/mu).slice(1)) {
    const [, kind, payloadType] = /^m=(audio|video) \d+ UDP\/TLS\/RTP\/SAVPF (\d+)/u.exec(section) ?? []
    const mid = /^a=mid:(\S{1,16})\r?$/mu.exec(section)?.[1]
    if ((kind !== "audio" && kind !== "video") || payloadType === undefined || mid === undefined) return undefined
    if (!/^a=sendonly\r?$/mu.test(section)) return undefined
    const codec = codecOf(section, kind, payloadType)
    if (!codec) return undefined
    sections.push({ mid, kind, codec })
  }
  const pictures = new Set(sections.filter(({ kind }) => kind === "video").map(({ codec }) => codec.mimeType))
  return sections.length > 0 && sections.length <= 3 && pictures.size <= 1 ? sections : undefined
}

function codecOf(section: string, kind: "audio" | "video", payloadType: string): RTCRtpCodecParameters | undefined {
  const map = new RegExp(String.raw`^a=rtpmap:${payloadType} ([^/\s]+)/(\d+)(?:/(\d+))?`, "mu").exec(section)
  const [, name, clockRate, channels] = map ?? []
  if (name === undefined || !known.includes(name.toLowerCase())) return undefined
  const parameters = new RegExp(String.raw`^a=fmtp:${payloadType} (.*?)\r?$`, "mu").exec(section)?.[1]
  return new RTCRtpCodecParameters({
    mimeType: `${kind}/${name}`,
    clockRate: Number(clockRate),
    payloadType: Number(payloadType),
    ...(channels !== undefined && { channels: Number(channels) }),
    ...(parameters !== undefined && { parameters }),
    rtcpFeedback: kind === "video" ? [useNACK(), usePLI(), useTWCC()] : [],
  })
}
