import * as z from "zod/mini"
import { RoomsError } from "../errors.ts"
import { key } from "../wire/parts.ts"

/** The kind of the room's messages that channels say. docs/formats/channels.md, "What members say". */
export const channelKind = "darkslide.channel"

/** What may be shown as a picture. SVG is none: it is a document. */
export const itemTypes: readonly ItemType[] = ["image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"]
export type ItemType = "image/avif" | "image/gif" | "image/jpeg" | "image/png" | "image/webp"

export const longestTtlMs: number = 7 * 86_400_000
export const mostReads = 10_000
/** 16 bytes in base64url. */
export const itemIdPattern: RegExp = /^[A-Za-z0-9_-]{21}[AQgw]$/u

export type ChannelMessage =
  /** The key that items for the sender of this are sealed to; `asks`: the others are to answer with theirs. */
  | { readonly v: 1; readonly k: "key"; readonly recipient: string; readonly asks: boolean }
  | {
      readonly v: 1
      readonly k: "item"
      readonly id: string
      /** SHA-256 of the sealed bytes, base64url. */
      readonly hash: string
      /** How many they are. */
      readonly bytes: number
      readonly type: ItemType
      readonly ttlMs: number
      readonly maxReads: number
    }
  /** A session begins: what was there before is gone. */
  | { readonly v: 1; readonly k: "session" }
  /** The sender of this had the last read of an item. */
  | { readonly v: 1; readonly k: "spent"; readonly id: string }
export type ChannelMessageOf<Kind extends ChannelMessage["k"]> = Extract<ChannelMessage, { readonly k: Kind }>

const v = z.literal(1)
const id = z.string().check(z.regex(itemIdPattern))
const whole = (least: number, most: number) => z.int().check(z.minimum(least), z.maximum(most))
const schema: z.ZodMiniType<ChannelMessage> = z.discriminatedUnion("k", [
  // The longest is an ssh-rsa key of 16,384 bits.
  z.strictObject({ v, k: z.literal("key"), recipient: z.string().check(z.maxLength(3000)), asks: z.boolean() }),
  z.strictObject({
    v,
    k: z.literal("item"),
    id,
    hash: key,
    bytes: whole(1, Number.MAX_SAFE_INTEGER),
    type: z.enum(itemTypes),
    ttlMs: whole(1, longestTtlMs),
    maxReads: whole(1, mostReads),
  }),
  z.strictObject({ v, k: z.literal("session") }),
  z.strictObject({ v, k: z.literal("spent"), id }),
])

/** @throws RoomsError `ROOMS_MALFORMED` */
export function readChannelMessage(value: unknown): ChannelMessage {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  throw new RoomsError("ROOMS_MALFORMED", "Cannot read channel message: not of its shape", { cause: read.error })
}
