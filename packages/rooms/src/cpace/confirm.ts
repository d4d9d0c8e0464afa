import { encodeFields } from "@darkslide/crypto"
import { hkdf } from "@noble/hashes/hkdf.js"
import { hmac } from "@noble/hashes/hmac.js"
import { sha256, sha512 } from "@noble/hashes/sha2.js"
import { domains } from "../domains.ts"

/** What a finished run of CPace is used for; the intermediate key itself is used for nothing else. */
export interface DoorKeys {
  /** 32 bytes, shown by the one who knocks, before anything else is said. */
  readonly knockerTag: Uint8Array
  /** 32 bytes, shown by the one who admits. */
  readonly admitterTag: Uint8Array
  /** 32 bytes: seals what the two say afterwards. */
  readonly sealingKey: Uint8Array
}

/** Explicit key confirmation (draft-irtf-cfrg-cpace-21 section 9.4): a MAC of each side's name under a derived key. */
export function doorKeys(isk: Uint8Array): DoorKeys {
  const macKey = hkdf(sha512, isk, undefined, encodeFields(domains.cpaceConfirm), 64)
  const tag = (who: string): Uint8Array => hmac(sha256, macKey, encodeFields(domains.cpaceConfirm, who))
  return {
    knockerTag: tag("knocker"),
    admitterTag: tag("admitter"),
    sealingKey: hkdf(sha512, isk, undefined, encodeFields(domains.doorKey), 32),
  }
}
