import * as z from "zod/mini"
import {
  alias,
  body,
  headParts,
  key,
  knockBody,
  messageId,
  number,
  roomId,
  sequence,
  signature,
  slot,
} from "./parts.ts"

// docs/formats/rooms.md, "What clients say". One JSON object in each WebSocket text frame.

const create = z.strictObject({ t: z.literal("create"), id: messageId, ...headParts })
const join = z.strictObject({
  t: z.literal("join"),
  room: roomId,
  key,
  sig: signature,
  /** Whether this connection lets people in. */
  admits: z.boolean(),
})
const knock = z.strictObject({
  t: z.literal("knock"),
  /** By the room's id, or by the alias of a code. */
  to: z.union([z.strictObject({ room: roomId }), z.strictObject({ alias })]),
  key,
  /** By the admission key; absent from who knows a code or password only. */
  sig: z.optional(signature),
  body: knockBody,
})
/** Asks for the head alone: an owner who was away finds the newest secret beside it. */
const look = z.strictObject({ t: z.literal("look"), room: roomId })
const resume = z.strictObject({
  t: z.literal("resume"),
  room: roomId,
  token: key,
  /** The highest sequence number that was received. */
  last: sequence,
  /** By the connection key of the join. */
  sig: signature,
})
const post = z.strictObject({
  t: z.literal("post"),
  id: messageId,
  body,
  /** Only the first post of a slot is taken. */
  slot: z.optional(slot),
})
const tell = z.strictObject({ t: z.literal("tell"), to: number, body })
const hint = z.strictObject({ t: z.literal("hint"), body: knockBody })
const head = z.strictObject({ t: z.literal("head"), id: messageId, ...headParts })
const issueAlias = z.strictObject({ t: z.literal("alias"), id: messageId })
const dropAlias = z.strictObject({ t: z.literal("unalias"), alias })
const clear = z.strictObject({ t: z.literal("clear"), id: messageId, proof: body })
const admits = z.strictObject({ t: z.literal("admits"), admits: z.boolean() })
const leave = z.strictObject({ t: z.literal("leave") })
const ping = z.strictObject({ t: z.literal("ping") })

const schema = z.discriminatedUnion("t", [
  create,
  join,
  knock,
  look,
  resume,
  post,
  tell,
  hint,
  head,
  issueAlias,
  dropAlias,
  clear,
  admits,
  leave,
  ping,
])

/** What a client says to the hub. */
export type ClientMessage = z.infer<typeof schema>

/** One kind of it. */
export type ClientMessageOf<Kind extends ClientMessage["t"]> = Extract<ClientMessage, { readonly t: Kind }>

/** `undefined` when the text is no such message. */
export function readClientMessage(text: string): ClientMessage | undefined {
  return schema.safeParse(parseJson(text)).data
}

/** `undefined`, which no schema accepts, when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is one more way of being no message.
    return undefined
  }
}
