import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
import type { Announcement } from "../../beacon/room-beacon.ts"
import { roomIdPattern } from "../../keys/room-id.ts"

/** An announcement as text fields: TXT of DNS-SD, and JSON on port 37020. docs/formats/lan.md. */
export interface BeaconFields {
  readonly v: "1"
  /** The tag, base64url. */
  readonly b: string
  /** Milliseconds since 1970, decimal. */
  readonly t: string
  /** The signature, base64url. */
  readonly s: string
  readonly n?: string | undefined
  readonly r?: string | undefined
}

export const longestName = 60

const fields: z.ZodMiniType<BeaconFields> = z.object({
  v: z.literal("1"),
  b: z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/u)),
  t: z.string().check(z.regex(/^\d{13}$/u)),
  s: z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/u)),
  n: z.optional(z.string().check(z.maxLength(longestName))),
  r: z.optional(z.string().check(z.regex(roomIdPattern))),
})

export function toFields({ tag, at, signature, shown }: Announcement): BeaconFields {
  return {
    v: "1",
    b: toBase64Url(tag),
    t: String(at),
    s: toBase64Url(signature),
    ...(shown && { n: shown.name, r: shown.roomId }),
  }
}

/** `undefined` for what is no announcement. */
export function readFields(value: unknown, port: number): Announcement | undefined {
  const { data } = fields.safeParse(value)
  if (!data || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined
  const { b, t, s, n, r } = data
  try {
    const shown = n !== undefined && r !== undefined ? { name: n, roomId: r } : undefined
    return {
      tag: fromBase64Url(b, 16),
      port,
      at: Number(t),
      signature: fromBase64Url(s, 64),
      ...(shown && { shown }),
    }
  } catch {
    // Not canonical base64url: one more way of being none.
    return undefined
  }
}
