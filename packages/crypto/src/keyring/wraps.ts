import { hkdf } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { encodeFields, u32be } from "../bytes/fields.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { domains } from "../domains.ts"
import { CryptoError } from "../errors.ts"
import { openBox, sealBox } from "./secret-box.ts"

/** Which wrap of which account this is. All of it is bound to the ciphertext: no wrap passes for another. */
export interface WrapContext {
  readonly kind: "password"
  readonly accountId: string
  /** Grows by one when the master key is replaced. */
  readonly epoch: number
  /** Grows by one when the same master key is wrapped anew. */
  readonly version: number
}

const numbersBytes = 8

/** The key that wraps the master key, from the export key of an OPAQUE login. */
export function passwordWrapKey(exportKey: Uint8Array): Uint8Array {
  return hkdf(sha256, exportKey, undefined, toUtf8(domains.passwordWrap), 32)
}

/** epoch (u32be) || version (u32be) || nonce (24) || wrapped master key (32 + 16): 80 bytes. */
export function wrapMasterKey(masterKey: Uint8Array, wrapKey: Uint8Array, context: WrapContext): Uint8Array {
  return concatBytes(u32be(context.epoch), u32be(context.version), sealBox(wrapKey, masterKey, additionalData(context)))
}

/**
 * @throws CryptoError `CRYPTO_MALFORMED`; `CRYPTO_AUTHENTICATION_FAILED` when this is not the wrap of that kind and
 * account under that key.
 */
export function unwrapMasterKey(
  wrap: Uint8Array,
  wrapKey: Uint8Array,
  expected: Pick<WrapContext, "kind" | "accountId">,
): { masterKey: Uint8Array; context: WrapContext } {
  if (wrap.length !== 80) throw new CryptoError("CRYPTO_MALFORMED", "Cannot open wrap: 80 bytes belong there")
  const view = new DataView(wrap.buffer, wrap.byteOffset)
  const context = { ...expected, epoch: view.getUint32(0), version: view.getUint32(4) }
  return { masterKey: openBox(wrapKey, wrap.subarray(numbersBytes), additionalData(context), "wrap"), context }
}

function additionalData(context: WrapContext): Uint8Array {
  return encodeFields(domains.wrap, context.kind, context.accountId, u32be(context.epoch), u32be(context.version))
}
