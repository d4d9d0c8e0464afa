import * as z from "zod/mini"
import { RoomsError } from "../errors.ts"

/** What a stream shows. Each at most once for every person. */
export type Source = "camera" | "microphone" | "screen"
export const sources: readonly Source[] = ["camera", "microphone", "screen"]

export function kindOf(source: Source): "audio" | "video" {
  return source === "microphone" ? "audio" : "video"
}

/** Which of its streams somebody sends now, by their names. */
export type SourceStates = Readonly<Partial<Record<Source, "live" | "muted">>>

/** The kind of the room's messages that a call is made with. */
export const callKind = "darkslide/call"

/** A description, and which of the sender's sources each of its own sections is. */
export interface Description {
  readonly type: "offer" | "answer"
  readonly sdp: string
  readonly mids: Readonly<Record<string, Source>>
}

export interface Candidate {
  readonly candidate: string
  readonly sdpMid?: string | null | undefined
  readonly sdpMLineIndex?: number | null | undefined
  readonly usernameFragment?: string | null | undefined
}

/** What members of a call tell each other, in order. `from` and `to` name visits to the call. */
export type CallSignal =
  /** To all: I am in the call. Who is in it too offers me a link. */
  | { readonly t: "here"; readonly from: string; readonly states: SourceStates }
  | { readonly t: "gone"; readonly from: string }
  | { readonly t: "states"; readonly from: string; readonly states: SourceStates }
  /** To all, or to who did not know: what I send is this feed of the forwarding unit. Who is new is answered by ours. */
  | {
      readonly t: "feed"
      readonly from: string
      readonly states: SourceStates
      readonly feed: string
      /** Which source each section of the feed is. */
      readonly mids: Description["mids"]
    }
  | {
      readonly t: "link"
      readonly from: string
      readonly to: string
      readonly states: SourceStates
      readonly steps: readonly LinkStep[]
    }

/** What brings a connection about. `turn`: to make offers, see `Negotiation`. */
export type NegotiationStep =
  | { readonly description: Description }
  | { readonly candidate: Candidate }
  | { readonly turn: "ask" | "yours" }

/** What was found out since the last message. `again`: nothing of this source arrives; send it in another section. */
export type LinkStep = NegotiationStep | { readonly again: Source }

const source = z.enum(["camera", "microphone", "screen"])
const visit = z.string().check(z.regex(/^[A-Za-z0-9_-]{16}$/u))
const states = z.partialRecord(source, z.enum(["live", "muted"]))
const short = z.string().check(z.maxLength(1024))
const mids = z.record(z.string().check(z.maxLength(16)), source)
const step: z.ZodMiniType<LinkStep> = z.union([
  z.strictObject({ turn: z.enum(["ask", "yours"]) }),
  z.strictObject({ again: source }),
  z.strictObject({
    description: z.strictObject({
      type: z.enum(["offer", "answer"]),
      sdp: z.string().check(z.maxLength(100_000)),
      mids,
    }),
  }),
  z.strictObject({
    candidate: z.strictObject({
      candidate: short,
      sdpMid: z.optional(z.nullable(short)),
      sdpMLineIndex: z.optional(z.nullable(z.int().check(z.nonnegative(), z.maximum(255)))),
      usernameFragment: z.optional(z.nullable(short)),
    }),
  }),
])
const schema: z.ZodMiniType<CallSignal> = z.discriminatedUnion("t", [
  z.strictObject({ t: z.literal("here"), from: visit, states }),
  z.strictObject({ t: z.literal("gone"), from: visit }),
  z.strictObject({ t: z.literal("states"), from: visit, states }),
  z.strictObject({ t: z.literal("feed"), from: visit, states, feed: z.string().check(z.maxLength(64)), mids }),
  z.strictObject({
    t: z.literal("link"),
    from: visit,
    to: visit,
    states,
    steps: z.array(step).check(z.maxLength(256)),
  }),
])

/** @throws RoomsError `ROOMS_MALFORMED` */
export function readCallSignal(value: unknown): CallSignal {
  const { success, data, error } = z.safeParse(schema, value)
  if (success) return data
  throw new RoomsError("ROOMS_MALFORMED", "Cannot read call signal: not of its shape", { cause: error })
}
