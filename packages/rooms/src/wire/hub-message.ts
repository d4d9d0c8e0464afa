import * as z from "zod/mini"
import { parseJson } from "./client-message.ts"
import { alias, body, headParts, key, knockBody, messageId, number, roomId, sequence, slot } from "./parts.ts"
import type { WireHead } from "./wire-head.ts"

/** Why the hub refuses. */
const refusals = [
  "malformed",
  "too-large",
  "slow-down",
  "unknown-room",
  "exists",
  "expired",
  "wrong-link",
  "revoked",
  "full",
  "locked",
  "nobody",
  "unknown-alias",
  "unknown-session",
  "taken",
  "forbidden",
  "cleared",
  "failed",
] as const
export type Refusal = (typeof refusals)[number]

const refusal = z.enum(refusals)
const numbers = z.array(number)

const hello = z.strictObject({ t: z.literal("hello"), v: z.literal(1), nonce: key })
const joined = z.strictObject({
  t: z.literal("joined"),
  room: roomId,
  me: number,
  seq: sequence,
  token: key,
  ...headParts,
  present: numbers,
  resumeMs: z.int(),
})
const waiting = z.strictObject({
  t: z.literal("waiting"),
  room: roomId,
  me: number,
  admitter: number,
  ...headParts,
})
const resumed = z.strictObject({ t: z.literal("resumed"), seq: sequence, ...headParts, present: numbers })
const message = z.strictObject({
  t: z.literal("message"),
  seq: sequence,
  from: number,
  id: messageId,
  body,
  slot: z.optional(slot),
})
const told = z.strictObject({ t: z.literal("told"), from: number, body })
const hint = z.strictObject({ t: z.literal("hint"), from: number, body: knockBody })
const knocked = z.strictObject({
  t: z.literal("knocked"),
  from: number,
  key,
  link: z.boolean(),
  alias: z.optional(alias),
  body: knockBody,
})
const gone = z.strictObject({ t: z.literal("gone"), from: number })
const people = z.strictObject({
  t: z.literal("people"),
  joined: z.optional(numbers),
  away: z.optional(numbers),
  back: z.optional(numbers),
  left: z.optional(numbers),
  present: z.optional(numbers),
})
const head = z.strictObject({ t: z.literal("head"), ...headParts })
const done = z.strictObject({
  t: z.literal("done"),
  id: messageId,
  seq: z.optional(sequence),
  alias: z.optional(alias),
})
const refused = z.strictObject({
  t: z.literal("refused"),
  id: messageId,
  code: refusal,
  retryAfterMs: z.optional(z.int()),
})
const error = z.strictObject({ t: z.literal("error"), code: refusal, retryAfterMs: z.optional(z.int()) })
const pong = z.strictObject({ t: z.literal("pong") })

const schema: z.ZodMiniType<HubMessage> = z.discriminatedUnion("t", [
  hello,
  joined,
  waiting,
  resumed,
  message,
  told,
  hint,
  knocked,
  gone,
  people,
  head,
  done,
  refused,
  error,
  pong,
])

/** What the hub says to a client. docs/formats/rooms.md, "What the hub says". */
export type HubMessage =
  | { readonly t: "hello"; readonly v: 1; readonly nonce: string }
  | ({
      readonly t: "joined"
      readonly room: string
      readonly me: number
      /** The highest sequence number so far: what follows is one higher. */
      readonly seq: number
      readonly token: string
      /** Who is connected, this connection too. */
      readonly present: readonly number[]
      readonly resumeMs: number
    } & WireHead)
  | ({
      readonly t: "waiting"
      readonly room: string
      readonly me: number
      /** Who is asked: the only one to whom this connection can say something. */
      readonly admitter: number
    } & WireHead)
  | ({ readonly t: "resumed"; readonly seq: number; readonly present: readonly number[] } & WireHead)
  | {
      readonly t: "message"
      readonly seq: number
      readonly from: number
      readonly id: string
      readonly body: string
      readonly slot?: string | undefined
    }
  | { readonly t: "told"; readonly from: number; readonly body: string }
  | { readonly t: "hint"; readonly from: number; readonly body: string }
  | {
      readonly t: "knocked"
      readonly from: number
      readonly key: string
      /** Whether the knocker proved to the hub that it holds the room's secret. */
      readonly link: boolean
      readonly alias?: string | undefined
      readonly body: string
    }
  | { readonly t: "gone"; readonly from: number }
  | {
      readonly t: "people"
      readonly joined?: readonly number[] | undefined
      readonly away?: readonly number[] | undefined
      readonly back?: readonly number[] | undefined
      readonly left?: readonly number[] | undefined
      /** Everybody who is there, where changes were left out before. */
      readonly present?: readonly number[] | undefined
    }
  | ({ readonly t: "head" } & WireHead)
  | { readonly t: "done"; readonly id: string; readonly seq?: number | undefined; readonly alias?: string | undefined }
  | {
      readonly t: "refused"
      readonly id: string
      readonly code: Refusal
      readonly retryAfterMs?: number | undefined
    }
  | { readonly t: "error"; readonly code: Refusal; readonly retryAfterMs?: number | undefined }
  | { readonly t: "pong" }

/** One kind of it. */
export type HubMessageOf<Kind extends HubMessage["t"]> = Extract<HubMessage, { readonly t: Kind }>

/** `undefined` when the text is no such message. */
export function readHubMessage(text: string): HubMessage | undefined {
  return schema.safeParse(parseJson(text)).data
}
