import { webcrypto } from "node:crypto"
import { hkdf } from "@noble/hashes/hkdf.js"
import { hmac } from "@noble/hashes/hmac.js"
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { chooseFernetCipher, nobleFernetCipher } from "../../src/fernet/cipher.ts"
import { pbkdf2Node, pbkdf2WebCrypto } from "../../src/kdf/native-pbkdf2.ts"
import { bytes, computes, type Check, type Test } from "./vector.ts"

export const hkdfSha256: Check = async (test) => ({
  noble: await computes(test["okm"], () =>
    hkdf(sha256, bytes(test["ikm"]), bytes(test["salt"]), bytes(test["info"]), test.size ?? 0),
  ),
})

/** As headers, Fernet and SFrame use it. The vectors' shorter tags are the start of the whole one. */
export const hmacSha256: Check = async (test) => {
  const [key, message] = [bytes(test["key"]), bytes(test["msg"])]
  const { subtle } = webcrypto
  const webCryptoKey = await subtle.importKey("raw", new Uint8Array(key), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ])
  return {
    noble: startsWith(hmac(sha256, key, message), test),
    "noble in Fernet": startsWith(nobleFernetCipher.mac(key, message), test),
    "native in Fernet": startsWith(chooseFernetCipher().mac(key, message), test),
    webcrypto: startsWith(new Uint8Array(await subtle.sign("HMAC", webCryptoKey, new Uint8Array(message))), test),
  }
}

export const pbkdf2HmacSha256: Check = async (test) => {
  const password = bytes(test["password"])
  const options = { salt: bytes(test["salt"]), iterations: test.iterationCount ?? 0, length: test.dkLen ?? 0 }
  return {
    node: await computes(test["dk"], () => pbkdf2Node("sha256", password, options)),
    webcrypto: await computes(test["dk"], () => pbkdf2WebCrypto("sha256", password, options)),
    noble: await computes(test["dk"], () =>
      pbkdf2Async(sha256, password, options.salt, { c: options.iterations, dkLen: options.length }),
    ),
  }
}

function startsWith(mac: Uint8Array, test: Test): boolean {
  return Buffer.from(mac)
    .toString("hex")
    .startsWith(test["tag"] ?? "none")
}
