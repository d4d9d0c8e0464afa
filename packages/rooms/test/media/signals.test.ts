import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { RoomsError } from "../../src/errors.ts"
import { readCallSignal } from "../../src/media/call-signal.ts"
import { codecsOf, incomingSdp } from "../../src/media/session-description.ts"

const visit = "AAAAAAAAAAAAAAAA"
const sdp = [
  "v=0",
  "a=group:BUNDLE 0 1",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=extmap:14 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "a=extmap:4/sendonly urn:ietf:params:rtp-hdrext:csrc-audio-level",
  "a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid",
  "a=rtpmap:111 opus/48000/2",
  "m=video 9 UDP/TLS/RTP/SAVPF 120 124",
  "a=rtpmap:120 VP8/90000",
  "a=rtcp-fb:120 nack pli",
  "a=rtcp-fb:97 nack pli",
  "a=fmtp:98 apt=97",
  "a=rtpmap:124 rtx/90000",
  "a=fmtp:124 apt=120",
  "",
].join("\r\n")

describe("signals of a call", () => {
  test.each([
    { t: "here", from: visit, states: {} },
    { t: "here", from: visit, states: { camera: "live", microphone: "muted" } },
    { t: "gone", from: visit },
    { t: "link", from: visit, to: visit, states: {}, steps: [{ candidate: { candidate: "", sdpMid: null } }] },
    {
      t: "link",
      from: visit,
      to: visit,
      states: {},
      steps: [{ description: { type: "offer", sdp, mids: { 0: "screen" } } }],
    },
  ])("are read: %j", (signal) => {
    expect(readCallSignal(signal)).toEqual(signal)
  })

  test.each([
    null,
    { t: "here", from: "short", states: {} },
    { t: "here", from: visit, states: { camera: "on" } },
    { t: "here", from: visit, states: { door: "live" } },
    { t: "gone", from: visit, why: "" },
    { t: "link", from: visit, to: visit, states: {}, steps: [{ description: { type: "rollback", sdp, mids: {} } }] },
    { t: "link", from: visit, to: visit, states: {}, steps: [{ candidate: { candidate: "x".repeat(2000) } }] },
    {
      t: "link",
      from: visit,
      to: visit,
      states: {},
      steps: Array.from({ length: 257 }, () => ({ candidate: { candidate: "" } })),
    },
  ])("are refused when they are of another shape: %j", (signal) => {
    expect(() => readCallSignal(signal)).toThrow(expect.objectContaining({ code: "ROOMS_MALFORMED" }))
  })

  test("are read or refused, whatever comes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          readCallSignal(value)
        } catch (error) {
          expect(error).toBeInstanceOf(RoomsError)
        }
      }),
    )
  })
})

describe("session descriptions", () => {
  test("are read without sound levels: they would go beside every packet in clear", () => {
    expect(incomingSdp(sdp)).not.toContain("audio-level")
    expect(incomingSdp(sdp)).toContain("sdes:mid")
  })

  test("lose what they say of payload types that they do not have", () => {
    const lines = incomingSdp(sdp).split("\r\n")
    const lost = sdp.split("\r\n").filter((line) => !lines.includes(line) && !line.includes("audio-level"))
    expect(lost).toEqual(["a=rtcp-fb:97 nack pli", "a=fmtp:98 apt=97"])
  })

  test("name codecs by payload type", () => {
    expect(codecsOf(sdp)).toEqual({ 111: "audio/opus", 120: "video/VP8", 124: "video/rtx" })
  })
})
