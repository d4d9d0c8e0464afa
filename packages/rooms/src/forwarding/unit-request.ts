import * as z from "zod/mini"

/** What a client asks of a unit: docs/formats/forwarding.md. */
export type UnitRequest =
  | { readonly t: "publish"; readonly sdp: string }
  | { readonly t: "watch"; readonly feed: string }
  | { readonly t: "answer"; readonly watch: string; readonly sdp: string }
  | { readonly t: "unwatch"; readonly watch: string }
  | { readonly t: "leave" }

/** Of a request, and of an answer. */
export const maxUnitBytes = 65_536
/** What a browser describes for three sections has a tenth of this. */
const sdp = z.string().check(z.minLength(1), z.maxLength(50_000))
const id = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/u))
const schema: z.ZodMiniType<UnitRequest> = z.discriminatedUnion("t", [
  z.strictObject({ t: z.literal("publish"), sdp }),
  z.strictObject({ t: z.literal("watch"), feed: id }),
  z.strictObject({ t: z.literal("answer"), watch: id, sdp }),
  z.strictObject({ t: z.literal("unwatch"), watch: id }),
  z.strictObject({ t: z.literal("leave") }),
])

/** `undefined` for what is none. */
export function readUnitRequest(text: string): UnitRequest | undefined {
  try {
    return z.safeParse(schema, JSON.parse(text)).data
  } catch {
    // No JSON: no request.
    return undefined
  }
}

export const publishAnswer: z.ZodMiniType<{ readonly feed: string; readonly sdp: string }> = z.looseObject({
  feed: id,
  sdp,
})
export const watchAnswer: z.ZodMiniType<{
  readonly watch: string
  readonly sdp: string
  readonly mids: Readonly<Record<string, string>>
}> = z.looseObject({
  watch: id,
  sdp,
  mids: z.record(z.string().check(z.maxLength(16)), z.string().check(z.maxLength(16))),
})
