import { verifySignature } from "@darkslide/crypto"
import { getCiphersuiteFromName, getCiphersuiteImpl, type CiphersuiteImpl, type CiphersuiteName } from "ts-mls"

/** Which key agreement: `x-wing` also stands against quantum computers, and needs `@hpke/hybridkem-x-wing`. */
export type MlsKem = "x25519" | "x-wing"

/** RFC 9420 suite 1; and the one of ts-mls with X-Wing (draft-connolly-cfrg-xwing-kem), AES-256-GCM and SHA-512. */
const names: Readonly<Record<MlsKem, CiphersuiteName>> = {
  x25519: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
  "x-wing": "MLS_256_XWING_AES256GCM_SHA512_Ed25519",
}

/**
 * The suite over WebCrypto, but with our own verifier of signatures: platforms disagree about odd ones, and members who
 * disagree are forked.
 */
export async function mlsSuite(kem: MlsKem): Promise<CiphersuiteImpl> {
  const suite = await getCiphersuiteImpl(getCiphersuiteFromName(names[kem]))
  return {
    ...suite,
    signature: {
      ...suite.signature,
      verify: async (publicKey, message, signature) => verifySignature(signature, message, publicKey),
    },
  }
}
