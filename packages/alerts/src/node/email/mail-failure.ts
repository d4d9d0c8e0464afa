import { AlertsError, type DeliveryErrorCode } from "../../errors.ts"

/** SMTP replies to a login (RFC 4954 section 6): the settings are wrong, not the message, and can be put right. */
const loginReplies = new Set([530, 534, 535, 538])
const tooLarge = 552

/** What nodemailer threw, as ours. */
export function toMailFailure(error: unknown): AlertsError {
  if (error instanceof AlertsError) return error
  const { code, responseCode, command } = error as Record<"code" | "responseCode" | "command", unknown>
  const status = typeof responseCode === "number" ? responseCode : undefined
  const known = codeOf({ code: String(code), command: String(command), status })
  const answer = status === undefined ? "" : `, the server answered ${status}`
  return new AlertsError(known, `Cannot mail: ${reasons[known]}${answer}`, { status, cause: error })
}

interface Failure {
  readonly code: string
  /** What was being said when it failed. */
  readonly command: string
  readonly status: number | undefined
}

function codeOf({ code, command, status }: Failure): keyof typeof reasons {
  if (code === "EAUTH" || (status !== undefined && loginReplies.has(status))) return "ALERTS_FAILED"
  if (code === "ETLS") return "ALERTS_UNREACHABLE"
  if (status === tooLarge || (code === "EMESSAGE" && command === "MAIL FROM")) return "ALERTS_TOO_LARGE"
  // RFC 5321 section 4.2.1: 4yz may pass, 5yz will not; but only about this reader and this mail, not about how we came in.
  const isAboutMail = command === "RCPT TO" || command === "DATA"
  if (status !== undefined) return status >= 500 && isAboutMail ? "ALERTS_REJECTED" : "ALERTS_FAILED"
  if (code === "ETIMEDOUT") return "ALERTS_TIMED_OUT"
  return ["ECONNECTION", "ESOCKET", "EDNS", "ETLS", "ECONNREFUSED", "ECONNRESET"].includes(code)
    ? "ALERTS_UNREACHABLE"
    : "ALERTS_FAILED"
}

const reasons = {
  ALERTS_FAILED: "it failed for now",
  ALERTS_TOO_LARGE: "it is too large",
  ALERTS_REJECTED: "it was refused",
  ALERTS_TIMED_OUT: "no answer in time",
  ALERTS_UNREACHABLE: "no trusted connection to the mail server",
} as const satisfies Partial<Record<DeliveryErrorCode, string>>
