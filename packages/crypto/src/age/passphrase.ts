import { scryptAsync } from "@noble/hashes/scrypt.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { fromBase64, toBase64 } from "../bytes/base64.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { nodeCrypto } from "../native.ts"
import { randomBytes } from "../random.ts"
import { unwrapFileKey, wrapFileKey } from "./file-key.ts"
import type { Identity, Recipient, Stanza } from "./recipient.ts"

const label = "age-encryption.org/v1/scrypt"

/**
 * Seals to a passphrase (age stanza `scrypt`). It must be the only recipient of a file.
 * @param options.workFactor - log2 of scrypt's N, 1 to 22 (default 18: 256 MiB, about a second).
 *
 * @example
 * ```ts
 * const sealed = await seal(new Uint8Array([7]), { to: [passphraseRecipient("correct horse", { workFactor: 10 })] })
 * assert.deepEqual(await open(sealed, { with: [passphraseIdentity("correct horse")] }), new Uint8Array([7]))
 * ```
 */
export function passphraseRecipient(passphrase: string, options: { workFactor?: number | undefined } = {}): Recipient {
  const { workFactor = 18 } = options
  if (!Number.isInteger(workFactor) || workFactor < 1 || workFactor > 22)
    throw new RangeError("workFactor must be a whole number from 1 to 22")
  return {
    labels: [toBase64(randomBytes(16))],
    async wrap(fileKey) {
      const salt = randomBytes(16)
      const key = await stretch(passphrase, salt, workFactor)
      return [{ type: "scrypt", args: [toBase64(salt), String(workFactor)], body: wrapFileKey(key, fileKey) }]
    },
  }
}

/**
 * Opens what was sealed to a passphrase.
 * @param options.maxWorkFactor - Files that ask for more are refused before any work: `CRYPTO_LIMIT_EXCEEDED`
 * (default 20: 1 GiB).
 */
export function passphraseIdentity(passphrase: string, options: { maxWorkFactor?: number | undefined } = {}): Identity {
  const { maxWorkFactor = 20 } = options
  return {
    async unwrap(stanzas) {
      const [stanza] = stanzas
      if (stanza?.type !== "scrypt") return null
      const { salt, workFactor } = readStanza(stanza)
      if (workFactor > maxWorkFactor)
        throw new CryptoError(
          "CRYPTO_LIMIT_EXCEEDED",
          `Cannot open file: scrypt work factor ${workFactor} is above ${maxWorkFactor}`,
        )
      return unwrapFileKey(await stretch(passphrase, salt, workFactor), stanza.body)
    },
  }
}

function readStanza(stanza: Stanza): { salt: Uint8Array; workFactor: number } {
  const [salt, factor, ...more] = stanza.args
  // At most two digits: a factor of twenty digits must not reach arithmetic.
  if (salt === undefined || factor === undefined || more.length > 0 || !/^[1-9][0-9]?$/.test(factor))
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read scrypt stanza: a salt and a work factor belong there")
  if (stanza.body.length !== 32) throw new CryptoError("CRYPTO_MALFORMED", "Cannot read scrypt stanza: bad body")
  return { salt: fromBase64(salt, 16), workFactor: Number(factor) }
}

async function stretch(passphrase: string, salt: Uint8Array, workFactor: number): Promise<Uint8Array> {
  const secret = toUtf8(passphrase)
  const fullSalt = concatBytes(toUtf8(label), salt)
  const parameters = { N: 2 ** workFactor, r: 8, p: 1 }
  const maxmem = 1024 * parameters.N + (1 << 20)
  const native = nodeCrypto()
  if (!native) return await scryptAsync(secret, fullSalt, { ...parameters, dkLen: 32, maxmem })
  return await new Promise((resolve, reject) => {
    native.scrypt(secret, fullSalt, 32, { ...parameters, maxmem }, (error, key) =>
      error ? reject(error) : resolve(new Uint8Array(key)),
    )
  })
}
