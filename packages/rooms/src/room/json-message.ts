import { fromBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
import { RoomsError } from "../errors.ts"
import { pad, unpad } from "../keys/secret-box.ts"

const utf8 = new TextEncoder()

/** Bytes in base64url, read as bytes. */
export const wireBytes: z.ZodMiniType<Uint8Array> = z.pipe(
  z.string().check(z.regex(/^[A-Za-z0-9_-]*$/u)),
  z.transform((text: string) => fromBase64Url(text)),
)

/** The wire form of a message: bytes are base64url. */
export type WireForm<Value> = Value extends Uint8Array
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly WireForm<Item>[]
    : Value extends object
      ? { readonly [Name in keyof Value]: WireForm<Value[Name]> }
      : Value

/** JSON in UTF-8, padded to steps of 256 bytes. */
export function encodeJson(value: unknown): Uint8Array {
  return pad(utf8.encode(JSON.stringify(value)))
}

/** @throws RoomsError `ROOMS_MALFORMED` when it is not padded JSON of this shape. */
export function decodeJson<Value>(bytes: Uint8Array, schema: z.ZodMiniType<Value>, what: string): Value {
  try {
    return schema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(unpad(bytes))))
  } catch (cause) {
    if (cause instanceof RoomsError) throw cause
    throw new RoomsError("ROOMS_MALFORMED", `Cannot read ${what}: not of its shape`, { cause })
  }
}
