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
import type { WireHead } from "./wire-head.ts"

const create = z.strictObject({ t: z.literal("create"), id: messageId, ...headParts })
const join = z.strictObject({
  t: z.literal("join"),
  room: roomId,
  key,
  sig: signature,
  admits: z.boolean(),
  watches: z.optional(z.boolean()),
})
const knock = z.strictObject({
  t: z.literal("knock"),
  to: z.union([z.strictObject({ room: roomId }), z.strictObject({ alias })]),
  key,
  sig: z.optional(signature),
  body: knockBody,
})
const look = z.strictObject({ t: z.literal("look"), room: roomId })
const resume = z.strictObject({
  t: z.literal("resume"),
  room: roomId,
  token: key,
  last: sequence,
  sig: signature,
})
const renew = z.strictObject({ t: z.literal("renew"), sig: signature })
const post = z.strictObject({
  t: z.literal("post"),
  id: messageId,
  body,
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

const schema: z.ZodMiniType<ClientMessage> = z.discriminatedUnion("t", [
  create,
  join,
  knock,
  look,
  resume,
  renew,
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

/** What a client says to the hub: one JSON object in each text frame. docs/formats/rooms.md, "What clients say". */
export type ClientMessage =
  | ({ readonly t: "create"; readonly id: string } & WireHead)
  | {
      readonly t: "join"
      readonly room: string
      readonly key: string
      readonly sig: string
      /** Whether this connection lets people in. */
      readonly admits: boolean
      /** Whether it only listens: it is shown to nobody, and what it says is not taken. */
      readonly watches?: boolean | undefined
    }
  | {
      readonly t: "knock"
      /** By the room's id, or by the alias of a code. */
      readonly to: { readonly room: string } | { readonly alias: string }
      readonly key: string
      /** By the admission key; absent from who knows a code or password only. */
      readonly sig?: string | undefined
      readonly body: string
    }
  /** Asks for the head alone: an owner who was away finds the newest secret beside it. */
  | { readonly t: "look"; readonly room: string }
  | {
      readonly t: "resume"
      readonly room: string
      readonly token: string
      /** The highest sequence number that was received. */
      readonly last: number
      /** By the connection key of the join. */
      readonly sig: string
    }
  /** Proves the admission key that replaced the one of the join, as `join` does: who does not is put out. */
  | { readonly t: "renew"; readonly sig: string }
  | {
      readonly t: "post"
      readonly id: string
      readonly body: string
      /** Only the first post of a slot is taken. */
      readonly slot?: string | undefined
    }
  | { readonly t: "tell"; readonly to: number; readonly body: string }
  | { readonly t: "hint"; readonly body: string }
  | ({ readonly t: "head"; readonly id: string } & WireHead)
  | { readonly t: "alias"; readonly id: string }
  | { readonly t: "unalias"; readonly alias: string }
  | { readonly t: "clear"; readonly id: string; readonly proof: string }
  | { readonly t: "admits"; readonly admits: boolean }
  | { readonly t: "leave" }
  | { readonly t: "ping" }

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
