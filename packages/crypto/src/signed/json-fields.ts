import { fromBase64Url } from "../bytes/base64.ts"
import { CryptoError } from "../errors.ts"

/** Reads the fields of a JSON object that somebody else wrote. Each reader throws CryptoError `CRYPTO_MALFORMED`. */
export class JsonFields {
  readonly #object: Readonly<Record<string, unknown>>
  readonly #what: string

  /** @param what - Names the object in messages. */
  constructor(value: unknown, what: string) {
    if (!isObject(value)) throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${what}: no object`)
    this.#object = value
    this.#what = what
  }

  text(name: string): string {
    const value = this.#get(name)
    if (typeof value !== "string") throw this.#wrong(name)
    return value
  }

  /** A whole number from `minimum` up to 2^53 - 1. */
  integer(name: string, minimum = 0): number {
    const value = this.#get(name)
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < minimum) throw this.#wrong(name)
    return value
  }

  /** base64url of exactly `length` bytes; given back as the text it is. */
  base64Url(name: string, length: number): string {
    const text = this.text(name)
    fromBase64Url(text, length)
    return text
  }

  list(name: string, maxItems = 10_000): readonly unknown[] {
    const value = this.#get(name)
    if (!Array.isArray(value) || value.length > maxItems) throw this.#wrong(name)
    return value
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined
  }

  object(name: string): JsonFields {
    return new JsonFields(this.#get(name), `${this.#what}.${name}`)
  }

  /** Every field, each a text. */
  texts(): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.keys(this.#object).map((name) => [name, this.text(name)]))
  }

  /** The field must be exactly `expected`. */
  literal<const Value extends string | number>(name: string, ...expected: readonly Value[]): Value {
    const value = this.#get(name)
    const found = expected.find((candidate) => candidate === value)
    if (found === undefined) throw this.#wrong(name)
    return found
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined
  }

  #wrong(name: string): CryptoError {
    return new CryptoError("CRYPTO_MALFORMED", `Cannot read ${this.#what}: bad "${name}"`)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
