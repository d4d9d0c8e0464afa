import * as z from "zod/mini"
import { key, sequence } from "../wire/parts.ts"
import type { ChainPosition } from "./log-chain.ts"
import { decodeJson, encodeJson, wireBytes } from "./json-message.ts"
import type { WireForm } from "./log-body.ts"

const head = { head: wireBytes, grant: wireBytes, sealed: wireBytes }

const chat = z.strictObject({ k: z.literal("chat"), text: z.string().check(z.maxLength(4000)) })
/** Of the application, or of a layer above: signalling of media, items of channels. */
const app = z.strictObject({
  k: z.literal("app"),
  kind: z.string().check(z.maxLength(64)),
  value: z.unknown(),
  /** Leaf keys that it is for; absent: for all. The others can read it, and are not told. */
  to: z.optional(z.array(key)),
})
/** A new secret and the head that belongs to it: after a kick, or because a link got out. */
const rotate = z.strictObject({ k: z.literal("rotate"), secret: wireBytes, ...head })
const settings = z.strictObject({ k: z.literal("settings"), ...head })
const role = z.strictObject({ k: z.literal("role"), grant: wireBytes, issuer: wireBytes })
const leaving = z.strictObject({ k: z.literal("leaving") })
/** Somebody tried a code or password and failed: told by the one who answered. */
const attempt = z.strictObject({
  k: z.literal("attempt"),
  way: z.enum(["code", "password"]),
  failures: sequence,
  burned: z.boolean(),
})

const content = z.discriminatedUnion("k", [chat, app, rotate, settings, role, leaving, attempt])
const place = { count: sequence, hash: key }
const position: z.ZodMiniType<ChainPosition> = z.strictObject({
  epoch: z.string().check(z.regex(/^\d{1,19}$/u)),
  ...place,
  before: z.optional(z.strictObject(place)),
})
const schema = z.strictObject({ at: position, say: content })

/** What members say to each other: signed by its sender's leaf, unreadable to the hub. */
export type GroupMessage = z.infer<typeof content>
export type GroupMessageOf<Kind extends GroupMessage["k"]> = Extract<GroupMessage, { readonly k: Kind }>

export function encodeGroupMessage(say: WireForm<GroupMessage>, at: ChainPosition): Uint8Array {
  return encodeJson({ at, say })
}

/** @throws RoomsError `ROOMS_MALFORMED` */
export function decodeGroupMessage(plaintext: Uint8Array): { at: ChainPosition; say: GroupMessage } {
  return decodeJson(plaintext, schema, "group message")
}
