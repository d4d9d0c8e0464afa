import { ERRORS } from "@tus/utils"
import { Problem } from "../http/problem.ts"
import type { ProblemCode } from "../http/problem.ts"

const kept = [
  ...["location", "tus-resumable", "tus-version", "tus-extension", "tus-max-size"],
  ...["upload-offset", "upload-length", "upload-expires"],
]

/** The protocol's own headers of an answer: CORS and the rest are this server's. */
export function tusAnswer({ status, headers }: Response): Response {
  const own = kept.flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [[name, value] as [string, string]]
  })
  return new Response(null, { status, headers: own })
}

const refusals: Readonly<Record<number, { code: ProblemCode; detail: string }>> = {
  400: { code: "REQUEST_MALFORMED", detail: "Cannot upload: a tus header is missing or malformed" },
  403: { code: "REQUEST_MALFORMED", detail: "Cannot upload: Upload-Offset or Content-Type is missing" },
  404: { code: "UPLOAD_NOT_FOUND", detail: "Cannot upload: there is no such upload" },
  409: { code: "UPLOAD_OFFSET_CONFLICT", detail: "Cannot upload: the upload has another offset, ask by HEAD" },
  410: { code: "UPLOAD_EXPIRED", detail: "Cannot upload: the upload has expired" },
  412: { code: "TUS_VERSION_UNSUPPORTED", detail: "Cannot upload: Tus-Resumable must be 1.0.0" },
  413: { code: "BODY_TOO_LARGE", detail: "Cannot upload: more bytes than Upload-Length says" },
  501: { code: "REQUEST_INVALID", detail: "Cannot upload: that extension of tus is not spoken here" },
}

/** What the library refused, in our words. */
export function tusProblem(status: number, cause: unknown): Problem {
  const known = refusals[status]
  const headers = { "tus-resumable": "1.0.0", "tus-version": "1.0.0" }
  if (cause === ERRORS.ERR_LOCK_TIMEOUT) {
    return new Problem("BUSY", "Cannot upload: another request holds the upload", { cause, headers, retryAfter: 1 })
  }
  if (known !== undefined) return new Problem(known.code, known.detail, { cause, headers })
  return new Problem("INTERNAL", "Cannot upload: something unexpected happened", { cause, headers })
}
