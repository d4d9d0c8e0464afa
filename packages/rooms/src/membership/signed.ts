import { fromBase64Url, isDarkslideError, openSigned, readUnverified } from "@darkslide/crypto"
import * as z from "zod/mini"
import { RoomsError } from "../errors.ts"

/** base64url of exactly 32 bytes, kept as text: a public key, a hash. */
export const key32: z.ZodMiniType<string> = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/u))

/** A whole number that only grows. */
export const count: z.ZodMiniType<number> = z.int().check(z.nonnegative())

/**
 * A signed document of ours, checked in signature and shape.
 * @param signer - From the document's own claim, to the key that must have signed it; it throws when the claim is bad.
 * @throws RoomsError `ROOMS_FORGED` for another signature, `ROOMS_MALFORMED` for another shape.
 */
export function readSigned<Value>(
  domain: string,
  document: Uint8Array,
  schema: z.ZodMiniType<Value>,
  signer: (claim: Value) => string | Uint8Array,
): Value {
  try {
    const claim = schema.parse(readUnverified(document))
    const publicKey = signer(claim)
    openSigned(domain, document, typeof publicKey === "string" ? fromBase64Url(publicKey, 32) : publicKey)
    return claim
  } catch (cause) {
    if (cause instanceof RoomsError) throw cause
    if (isDarkslideError(cause, "CRYPTO_AUTHENTICATION_FAILED"))
      throw new RoomsError("ROOMS_FORGED", `Cannot trust ${domain}: its signature does not hold`, { cause })
    throw new RoomsError("ROOMS_MALFORMED", `Cannot read ${domain}: not of its shape`, { cause })
  }
}

/** A document whose signature was checked before it was kept. @throws RoomsError `ROOMS_MALFORMED` */
export function readKept<Value>(document: Uint8Array, schema: z.ZodMiniType<Value>): Value {
  try {
    return schema.parse(readUnverified(document))
  } catch (cause) {
    throw new RoomsError("ROOMS_MALFORMED", "Cannot read document: not of its shape", { cause })
  }
}
