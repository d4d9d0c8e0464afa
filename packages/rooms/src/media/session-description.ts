const soundLevels = /^a=extmap:\d+(?:\/\w+)? urn:ietf:params:rtp-hdrext:(?:ssrc|csrc)-audio-level.*\r?\n/gmu

/**
 * What another browser's description says to this one, without
 * - sound levels, which would go in clear beside every packet and tell who speaks when;
 * - attributes of payload types that their section does not have: Firefox writes such, Chromium refuses them.
 */
export function incomingSdp(sdp: string): string {
  return sdp
    .replace(soundLevels, "")
    .split(/^(?=m=)/mu)
    .map((section) => {
      const types = /^m=\w+ \d+ \S+ (.*?)\r?$/mu.exec(section)?.[1]?.split(" ")
      if (!types) return section
      return section.replace(/^a=(?:rtcp-fb|fmtp|rtpmap):(\d+) .*\r?\n/gmu, (line, type: string) =>
        types.includes(type) ? line : "",
      )
    })
    .join("")
}

/** Codecs by payload type, as `video/VP8`. */
export function codecsOf(sdp: string): Readonly<Record<number, string>> {
  const codecs: Record<number, string> = {}
  for (const section of sdp.split(/^(?=m=)/mu)) {
    const kind = /^m=(audio|video) /u.exec(section)?.[1]
    if (!kind) continue
    for (const [, type, name] of section.matchAll(/^a=rtpmap:(\d+) ([^/\r\n]+)/gmu))
      codecs[Number(type)] = `${kind}/${name}`
  }
  return codecs
}
