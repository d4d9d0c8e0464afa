import { fromBase64Url, isDarkslideError } from "@darkslide/crypto"
import { z } from "@hono/zod-openapi"

/** Bytes in JSON: base64url without padding, in its one canonical form. Lengths in bytes. */
export function binary({ min = 0, max }: { min?: number; max: number }) {
  return z
    .string()
    .max(Math.ceil((max * 4) / 3))
    .transform((text, context) => {
      const bytes = decode(text)
      if (bytes !== undefined && bytes.length >= min && bytes.length <= max) return bytes
      context.addIssue({
        code: "custom",
        message: `Expected ${min === max ? min : `${min} to ${max}`} bytes in base64url`,
      })
      return z.NEVER
    })
    .openapi({ type: "string", format: "base64url" })
}

/** Exactly `length` bytes. */
export const binaryOf = (length: number) => binary({ min: length, max: length })

/** How bytes look in an answer. */
export const binaryText = z.string().openapi({ format: "base64url" })

/** An id made of 16 bytes: 22 characters, in paths and bodies. */
export const id16 = z
  .string()
  .regex(/^[A-Za-z0-9_-]{21}[AQgw]$/)
  .openapi({ format: "base64url", example: "AAAAAAAAAAAAAAAAAAAAAA" })

function decode(text: string): Uint8Array | undefined {
  try {
    return fromBase64Url(text)
  } catch (error) {
    if (isDarkslideError(error, "CRYPTO_MALFORMED")) return undefined
    throw error
  }
}
