/** Marks every error of this family, so that two installed copies of the package still know each other's errors. */
const brand: unique symbol = Symbol.for("darkslide.error") as never

/**
 * The base of every error that Darkslide throws on bad input or bad state. A caller's mistake is a `TypeError` or a
 * `RangeError` instead, and an abort rethrows the signal's own reason.
 */
export class DarkslideError<Code extends string = string> extends Error {
  override readonly name: string = "DarkslideError"
  /** What went wrong, for programs. Stable between versions; the message is not. */
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }
}

/**
 * Whether `error` is a Darkslide error, and, when `code` is given, whether it has that code. Works across copies of
 * the package, which `instanceof` does not.
 *
 * @example
 * ```ts
 * const error = new CryptoError("CRYPTO_MALFORMED", "Cannot read header: no version line")
 * assert.equal(isDarkslideError(error, "CRYPTO_MALFORMED"), true)
 * assert.equal(isDarkslideError(new Error("other")), false)
 * ```
 */
export function isDarkslideError<Code extends string>(error: unknown, code?: Code): error is DarkslideError<Code> {
  return (
    typeof error === "object" &&
    error !== null &&
    (error as { [brand]?: unknown })[brand] === true &&
    (code === undefined || (error as { code?: unknown }).code === code)
  )
}

/**
 * - `CRYPTO_MALFORMED`: the bytes are not of the format.
 * - `CRYPTO_LIMIT_EXCEEDED`: they ask for more than a limit allows (header size, stanzas, scrypt work, plaintext).
 * - `CRYPTO_NO_IDENTITY_MATCHED`: none of the identities opens the file.
 * - `CRYPTO_AUTHENTICATION_FAILED`: a MAC, tag or signature does not hold; cut and appended bytes too.
 */
export type CryptoErrorCode =
  | "CRYPTO_MALFORMED"
  | "CRYPTO_LIMIT_EXCEEDED"
  | "CRYPTO_NO_IDENTITY_MATCHED"
  | "CRYPTO_AUTHENTICATION_FAILED"

/** What sealing, opening, signing and OPAQUE throw on bad input. */
export class CryptoError extends DarkslideError<CryptoErrorCode> {
  override readonly name = "CryptoError"
}

/**
 * - `ACCOUNT_LOGIN_FAILED`: wrong handle or password, or a server that does not hold this account's registration.
 * - `ACCOUNT_SERVER_CHANGED`: the password is right, but the server shows another OPAQUE key than the pinned one.
 * - `ACCOUNT_SUITE_REFUSED`: the server or a document names a suite that this client does not accept.
 * - `ACCOUNT_STATE_INVALID`: an account state or keyring is malformed, unsigned, or not of this account.
 * - `ACCOUNT_ROLLED_BACK`: the state is older than one this client saw, or differs from it at the same number.
 */
export type AccountErrorCode =
  | "ACCOUNT_LOGIN_FAILED"
  | "ACCOUNT_SERVER_CHANGED"
  | "ACCOUNT_SUITE_REFUSED"
  | "ACCOUNT_STATE_INVALID"
  | "ACCOUNT_ROLLED_BACK"

/** What opening an account throws. */
export class AccountError extends DarkslideError<AccountErrorCode> {
  override readonly name = "AccountError"
}
