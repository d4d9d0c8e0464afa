import { isDarkslideError } from "@darkslide/crypto/errors"
import { HTTPException } from "hono/http-exception"
import { storageFailure } from "../storage/storage-failure.ts"
import { Problem } from "./problem.ts"

/** What a thrown value tells the client. Whatever is not meant for it becomes `INTERNAL`, with nothing of the cause. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const failure = storageFailure(error)
  if (failure === "disk-full") return new Problem("DISK_FULL", "Cannot store: no space is left", { cause: error })
  if (failure === "busy") {
    return new Problem("BUSY", "Cannot store now: the database is locked", { cause: error, retryAfter: 1 })
  }
  if (error instanceof HTTPException) return fromHttpException(error)
  if (isDarkslideError(error, "CRYPTO_MALFORMED")) {
    return new Problem("REQUEST_INVALID", error.message, { cause: error })
  }
  return new Problem("INTERNAL", "Cannot answer: something unexpected happened", { cause: error })
}

function fromHttpException(error: HTTPException): Problem {
  if (error.status === 413) return new Problem("BODY_TOO_LARGE", "Cannot read body: it is too large", { cause: error })
  if (error.status < 500) return new Problem("REQUEST_MALFORMED", "Cannot read body: not JSON", { cause: error })
  return new Problem("INTERNAL", "Cannot answer: something unexpected happened", { cause: error })
}
