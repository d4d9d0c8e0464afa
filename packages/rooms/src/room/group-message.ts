import * as z from "zod/mini"
import { key, sequence } from "../wire/parts.ts"
import type { ChainPosition } from "./log-chain.ts"
import { decodeJson, encodeJson, wireBytes, type WireForm } from "./json-message.ts"

interface HeadBytes {
  readonly head: Uint8Array
  readonly grant: Uint8Array
  readonly sealed: Uint8Array
}

/** What members say to each other: signed by its sender's leaf, unreadable to the hub. */
export type GroupMessage =
  | { readonly k: "chat"; readonly text: string }
  /** Of the application, or of a layer above: signalling of media, items of channels. */
  | {
      readonly k: "app"
      readonly kind: string
      readonly value: unknown
      /** Leaf keys that it is for; absent: for all. The others can read it, and are not told. */
      readonly to?: readonly string[] | undefined
    }
  /** A new secret and the head that belongs to it: after a kick, or because a link got out. */
  | ({ readonly k: "rotate"; readonly secret: Uint8Array } & HeadBytes)
  | ({ readonly k: "settings" } & HeadBytes)
  | { readonly k: "role"; readonly grant: Uint8Array; readonly issuer: Uint8Array }
  | { readonly k: "leaving" }
  /** Somebody tried a code or password and failed: told by the one who answered. */
  | {
      readonly k: "attempt"
      readonly way: "code" | "password"
      readonly failures: number
      readonly burned: boolean
    }
export type GroupMessageOf<Kind extends GroupMessage["k"]> = Extract<GroupMessage, { readonly k: Kind }>

const head = { head: wireBytes, grant: wireBytes, sealed: wireBytes }
const content: z.ZodMiniType<GroupMessage> = z.discriminatedUnion("k", [
  z.strictObject({ k: z.literal("chat"), text: z.string().check(z.maxLength(4000)) }),
  z.strictObject({
    k: z.literal("app"),
    kind: z.string().check(z.maxLength(64)),
    value: z.unknown(),
    to: z.optional(z.array(key)),
  }),
  z.strictObject({ k: z.literal("rotate"), secret: wireBytes, ...head }),
  z.strictObject({ k: z.literal("settings"), ...head }),
  z.strictObject({ k: z.literal("role"), grant: wireBytes, issuer: wireBytes }),
  z.strictObject({ k: z.literal("leaving") }),
  z.strictObject({
    k: z.literal("attempt"),
    way: z.enum(["code", "password"]),
    failures: sequence,
    burned: z.boolean(),
  }),
])
const place = { count: sequence, hash: key }
const position: z.ZodMiniType<ChainPosition> = z.strictObject({
  epoch: z.string().check(z.regex(/^\d{1,19}$/u)),
  ...place,
  before: z.optional(z.strictObject(place)),
})
const schema = z.strictObject({ at: position, say: content })

export function encodeGroupMessage(say: WireForm<GroupMessage>, at: ChainPosition): Uint8Array {
  return encodeJson({ at, say })
}

/** @throws RoomsError `ROOMS_MALFORMED` */
export function decodeGroupMessage(plaintext: Uint8Array): { at: ChainPosition; say: GroupMessage } {
  return decodeJson(plaintext, schema, "group message")
}
