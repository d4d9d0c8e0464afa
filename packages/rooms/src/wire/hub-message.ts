import * as z from "zod/mini"
import { parseJson } from "./client-message.ts"
import { alias, body, headParts, key, knockBody, messageId, number, roomId, sequence, slot } from "./parts.ts"

// docs/formats/rooms.md, "What the hub says".

/** Why the hub refuses. */
export const refusals = [
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
  /** The highest sequence number so far: what follows is one higher. */
  seq: sequence,
  token: key,
  ...headParts,
  /** Who is connected, this connection too. */
  present: numbers,
  resumeMs: z.int(),
})
const waiting = z.strictObject({
  t: z.literal("waiting"),
  room: roomId,
  me: number,
  /** Who is asked: the only one to whom this connection can say something. */
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
  /** Whether the knocker proved to hold the room's secret. */
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
  /** Everybody who is there, where changes were left out before. */
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

const schema = z.discriminatedUnion("t", [
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

/** What the hub says to a client. */
export type HubMessage = z.infer<typeof schema>

/** One kind of it. */
export type HubMessageOf<Kind extends HubMessage["t"]> = Extract<HubMessage, { readonly t: Kind }>

/** `undefined` when the text is no such message. */
export function readHubMessage(text: string): HubMessage | undefined {
  return schema.safeParse(parseJson(text)).data
}
