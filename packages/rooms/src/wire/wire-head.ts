import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import type { ProvenHead } from "../membership/head.ts"

/** A head as messages carry it. */
export interface WireHead {
  readonly head: string
  readonly grant: string
  readonly sealed: string
}

export function toWireHead(record: ProvenHead): WireHead {
  return {
    head: toBase64Url(record.head),
    grant: toBase64Url(record.grant),
    sealed: toBase64Url(record.sealedSecret),
  }
}

/** @throws CryptoError `CRYPTO_MALFORMED` when it is not canonical base64url. */
export function fromWireHead({ head, grant, sealed }: WireHead): ProvenHead {
  return { head: fromBase64Url(head), grant: fromBase64Url(grant), sealedSecret: fromBase64Url(sealed) }
}
