import { fromBase64Url, isDarkslideError } from "@darkslide/crypto"
import * as z from "zod/mini"

/** A JSON field that holds bytes in base64url. */
export const binary: z.ZodMiniType<Uint8Array> = z.pipe(
  z.string(),
  z.transform((text: string, context) => {
    try {
      return fromBase64Url(text)
    } catch (error) {
      if (!isDarkslideError(error, "CRYPTO_MALFORMED")) throw error
      context.issues.push({ code: "custom", message: "must be base64url", input: text })
      return z.NEVER
    }
  }),
)
