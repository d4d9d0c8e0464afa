import { DarkslideError } from "@darkslide/crypto"

/**
 * What the server refused, by the `code` of its problem document (RFC 9457), such as `HANDLE_TAKEN` or `RATE_LIMITED`.
 * Two codes are the client's own: `OFFLINE` (no answer came) and `SERVER_MALFORMED` (an answer of the wrong shape).
 */
export class ServerError extends DarkslideError {
  override readonly name = "ServerError"
  readonly status: number | undefined
  /** When to try again, in milliseconds from now, where the server said so. */
  readonly retryAfterMs: number | undefined
  /** The whole problem document. */
  readonly problem: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, options: ServerErrorOptions = {}) {
    super(code, message, options)
    this.status = options.status
    this.retryAfterMs = options.retryAfterMs
    this.problem = options.problem ?? {}
  }
}

interface ServerErrorOptions extends ErrorOptions {
  readonly status?: number | undefined
  readonly retryAfterMs?: number | undefined
  readonly problem?: Readonly<Record<string, unknown>> | undefined
}
