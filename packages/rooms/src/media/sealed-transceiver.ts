import type { Pipe, Pipes } from "./media-worker-host.ts"

/** A transceiver whose both directions go through the worker. */
export interface SealedTransceiver {
  readonly transceiver: RTCRtpTransceiver
  readonly outgoing: Pipe
  readonly incoming: Pipe
}

export interface NewTransceiver {
  readonly connection: RTCPeerConnection
  readonly kind: "audio" | "video"
  /** Groups what is heard and seen together. */
  readonly stream: MediaStream
  readonly encodings?: readonly RTCRtpEncodingParameters[] | undefined
}

/**
 * Makes a transceiver that sends, and seals it. It has no track: give its sender one once `outgoing.live` says that the
 * worker reads it. See [Note: Why transforms come first].
 */
export function addSealedTransceiver(
  { connection, kind, stream, encodings }: NewTransceiver,
  worker: Pipes,
  leafIndex: number | undefined,
): SealedTransceiver {
  const transceiver = connection.addTransceiver(kind, {
    direction: "sendonly",
    streams: [stream],
    ...(encodings && { sendEncodings: [...encodings] }),
  })
  return sealTransceiver(transceiver, worker, leafIndex)
}

/**
 * Sets both transforms: the only function that does. It is called in the task that made the transceiver, be it by
 * `addTransceiver` or, for one that the other side made, in the `track` event.
 *
 * [Note: Why transforms come first] Browsers take a transform that is set too late without an error, show it as set, and
 * send frames past it in clear. A sender without a track has no frames, so ours get their track only after the worker said
 * that it reads them. The watchdog counts whether all this held.
 */
export function sealTransceiver(
  transceiver: RTCRtpTransceiver,
  worker: Pipes,
  leafIndex: number | undefined,
): SealedTransceiver {
  return {
    transceiver,
    outgoing: worker.attach(transceiver.sender, "seal", leafIndex),
    incoming: worker.attach(transceiver.receiver, "open", leafIndex),
  }
}
