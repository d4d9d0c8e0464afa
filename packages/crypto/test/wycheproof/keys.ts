import { ml_kem768 } from "@noble/post-quantum/ml-kem.js"
import { verifySignature } from "@darkslide/crypto"
import { legacyRsaReader } from "@darkslide/crypto/legacy"
import { nobleX25519, synchronousX25519 } from "../../src/x25519.ts"
import { bytes, computes, type Check } from "./vector.ts"

export const ed25519: Check = async (test, group) => ({
  verifySignature: verifySignature(bytes(test["sig"]), bytes(test["msg"]), bytes(group.publicKey?.pk)),
})

export const x25519: Check = async (test) => {
  const agree = ({ withSecretKey }: typeof nobleX25519) =>
    computes(test["shared"], () => withSecretKey(bytes(test["private"])).agree(bytes(test["public"])))
  return { native: await agree(synchronousX25519()), noble: await agree(nobleX25519) }
}

export const rsaOaep: Check = async (test, group) => ({
  webcrypto: await computes(test["msg"], async () => {
    const options = { hash: group.sha, label: bytes(test["label"]) }
    const reader = await legacyRsaReader(group.privateKeyPem ?? "", options)
    return await reader.read(bytes(test["ct"]))
  }),
})

/** A seed of 64 bytes, from which the key comes, and what a ciphertext decapsulates to. */
export const mlKem768: Check = async (test) => ({
  noble: await computes(test["K"], () => {
    const { publicKey, secretKey } = ml_kem768.keygen(bytes(test["seed"]))
    if (test["ek"] !== undefined && Buffer.from(publicKey).toString("hex") !== test["ek"])
      throw new RangeError("another public key")
    return ml_kem768.decapsulate(bytes(test["c"]), secretKey)
  }),
})

/** The expanded key of 2,400 bytes. */
export const mlKem768Expanded: Check = async (test) => ({
  noble: await computes(test["K"], () => ml_kem768.decapsulate(bytes(test["c"]), bytes(test["dk"]))),
})
