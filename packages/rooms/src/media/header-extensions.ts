interface HeaderExtension {
  readonly uri: string
  direction: string
}

/** WebRTC Extensions section 5.2, which not all browsers have. */
interface ExtensibleTransceiver {
  getHeaderExtensionsToNegotiate?(): HeaderExtension[]
  setHeaderExtensionsToNegotiate?(extensions: readonly HeaderExtension[]): void
}

const soundLevel = /rtp-hdrext:(?:ssrc|csrc)-audio-level/u

/**
 * Offers no sound levels (RFC 6464): they go in clear beside every packet and tell who speaks when. A browser that cannot be
 * told is answered without them: see `incomingSdp`.
 */
export function hideSoundLevels(transceiver: RTCRtpTransceiver & ExtensibleTransceiver): void {
  const extensions = transceiver.getHeaderExtensionsToNegotiate?.()
  if (!extensions) return
  for (const extension of extensions) if (soundLevel.test(extension.uri)) extension.direction = "stopped"
  transceiver.setHeaderExtensionsToNegotiate?.(extensions)
}
