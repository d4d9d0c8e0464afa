import { createECDH, createPrivateKey, sign, type KeyObject } from "node:crypto"
import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import { AlertsError } from "../../errors.ts"

/** The application server's key pair (RFC 8292), as base64url text: 65 and 32 bytes. */
export interface VapidKeys {
  /** What the page gives to `pushManager.subscribe` as `applicationServerKey`. */
  readonly publicKey: string
  readonly privateKey: string
}

const validForMs = 12 * 3_600_000
const keptOrigins = 200

export function generateVapidKeys(): VapidKeys {
  const pair = createECDH("prime256v1")
  return { publicKey: toBase64Url(pair.generateKeys()), privateKey: toBase64Url(padded(pair.getPrivateKey())) }
}

/** Writes the `Authorization` header that says who pushes. One token per push service serves for half its life. */
export class VapidSigner {
  readonly #keys: VapidKeys
  readonly #subject: string
  readonly #private: KeyObject
  readonly #tokens = new Map<string, { readonly header: string; readonly until: number }>()

  /**
   * @param subject - How the push service reaches who runs this: `mailto:…` or `https://…`.
   * @throws AlertsError with `ALERTS_MALFORMED`.
   */
  constructor(keys: VapidKeys, subject: string) {
    if (!/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/u.test(subject))
      throw new AlertsError("ALERTS_MALFORMED", "Cannot use VAPID subject: neither mailto: nor https:")
    this.#keys = keys
    this.#subject = subject
    this.#private = toKeyObject(keys)
  }

  authorization(endpoint: string, now: number): string {
    const { origin } = new URL(endpoint)
    const known = this.#tokens.get(origin)
    if (known !== undefined && now < known.until && now > known.until - validForMs) return known.header
    const header = `vapid t=${this.#token(origin, now + validForMs)}, k=${this.#keys.publicKey}`
    if (this.#tokens.size >= keptOrigins) this.#tokens.clear()
    this.#tokens.set(origin, { header, until: now + validForMs / 2 })
    return header
  }

  /** RFC 8292 section 2, RFC 7515. */
  #token(audience: string, expiresAt: number): string {
    const encode = (part: object): string => toBase64Url(new TextEncoder().encode(JSON.stringify(part)))
    const claims = { aud: audience, exp: Math.floor(expiresAt / 1000), sub: this.#subject }
    const signed = `${encode({ typ: "JWT", alg: "ES256" })}.${encode(claims)}`
    const signature = sign("sha256", Buffer.from(signed), { key: this.#private, dsaEncoding: "ieee-p1363" })
    return `${signed}.${toBase64Url(signature)}`
  }
}

function toKeyObject({ publicKey, privateKey }: VapidKeys): KeyObject {
  try {
    const secret = fromBase64Url(privateKey)
    const pair = createECDH("prime256v1")
    pair.setPrivateKey(secret)
    const point = pair.getPublicKey()
    if (secret.length !== 32 || toBase64Url(point) !== publicKey) throw new RangeError("The two are no pair")
    const [x, y] = [toBase64Url(point.subarray(1, 33)), toBase64Url(point.subarray(33))]
    return createPrivateKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x, y, d: privateKey } })
  } catch (error) {
    throw new AlertsError("ALERTS_MALFORMED", "Cannot use VAPID keys: not a P-256 pair in base64url", { cause: error })
  }
}

/** OpenSSL drops leading zeros. */
const padded = (secret: Uint8Array): Uint8Array => new Uint8Array([...new Uint8Array(32 - secret.length), ...secret])
