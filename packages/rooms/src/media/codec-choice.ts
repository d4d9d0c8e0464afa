/** Codecs for pictures. All of them are sealed whole. */
export type VideoCodec = "VP8" | "VP9" | "AV1" | "H264"

/** Cheapest to encode in software first: in a mesh everybody encodes for everybody. */
export const defaultCodecs: readonly VideoCodec[] = ["VP8", "VP9", "H264", "AV1"]

/** Lets a transceiver negotiate only codecs that have an envelope, in this order. */
export function chooseCodecs(
  transceiver: RTCRtpTransceiver,
  kind: "audio" | "video",
  codecs: readonly VideoCodec[],
): void {
  const known = RTCRtpSender.getCapabilities(kind)?.codecs ?? []
  const wanted =
    kind === "audio"
      ? known.filter(({ mimeType }) => mimeType.toLowerCase() === "audio/opus")
      : [
          ...codecs.flatMap((codec) => known.filter((one) => isCodec(one, codec))),
          // Retransmission only wraps packets of the others.
          ...known.filter(({ mimeType }) => mimeType.toLowerCase() === "video/rtx"),
        ]
  if (wanted.length > 0) transceiver.setCodecPreferences(wanted)
}

function isCodec({ mimeType, sdpFmtpLine = "" }: RTCRtpCodec, codec: VideoCodec): boolean {
  if (mimeType.toLowerCase() !== `video/${codec.toLowerCase()}`) return false
  // A sealed frame is larger than a packet: H.264 in single NAL unit mode could not carry it.
  if (codec === "H264") return /packetization-mode=1/u.test(sdpFmtpLine)
  return codec !== "VP9" || !/profile-id=[1-9]/u.test(sdpFmtpLine)
}
