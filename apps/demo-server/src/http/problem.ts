import type { ContentfulStatusCode } from "hono/utils/http-status"

/** A refusal that the client is told about, as a problem document (RFC 9457). */
export class Problem extends Error {
  override readonly name = "Problem"
  readonly code: ProblemCode
  readonly status: ContentfulStatusCode
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfter: number | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Members beside the standard ones. */
  readonly extra: Readonly<Record<string, unknown>>

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause })
    this.code = code
    this.status = problems[code].status
    this.retryAfter = options.retryAfter
    this.headers = options.headers ?? {}
    this.extra = options.extra ?? {}
  }
}

interface ProblemOptions {
  readonly cause?: unknown
  readonly retryAfter?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly extra?: Readonly<Record<string, unknown>> | undefined
}

/** Every code that a client can meet. The titles are for people reading logs. */
export const problems = {
  REQUEST_MALFORMED: { status: 400, title: "The request is malformed" },
  NOT_SIGNED_IN: { status: 401, title: "Not signed in" },
  LOGIN_FAILED: { status: 401, title: "The handle or the password is wrong" },
  NOT_IN_ROOM: { status: 401, title: "Not in the room" },
  ONLY_LISTENING: { status: 403, title: "Who only listens changes nothing" },
  DEVICE_REFUSED: { status: 403, title: "The device is refused" },
  STEP_UP_NEEDED: { status: 403, title: "The password has to be proved again" },
  ORIGIN_REFUSED: { status: 403, title: "Requests from this origin are refused" },
  NOT_FOUND: { status: 404, title: "Not found" },
  ITEM_NOT_FOUND: { status: 404, title: "No such item, or no longer" },
  CAPTURE_NOT_FOUND: { status: 404, title: "No such capture" },
  SEGMENT_NOT_FOUND: { status: 404, title: "No such segment" },
  UPLOAD_NOT_FOUND: { status: 404, title: "No such upload" },
  HANDLE_TAKEN: { status: 409, title: "The handle is taken" },
  ACCOUNT_TAKEN: { status: 409, title: "The account is registered already" },
  STATE_CONFLICT: { status: 409, title: "Another account state came first" },
  CAPTURE_CONFLICT: { status: 409, title: "Another capture has this id" },
  ITEM_TAKEN: { status: 409, title: "Another item has this id" },
  SEGMENT_TAKEN: { status: 409, title: "Another segment came first" },
  UPLOAD_OFFSET_CONFLICT: { status: 409, title: "The upload has another offset" },
  CAPTURE_DELETED: { status: 410, title: "The capture was deleted" },
  UPLOAD_EXPIRED: { status: 410, title: "The upload has expired" },
  TUS_VERSION_UNSUPPORTED: { status: 412, title: "Only tus 1.0.0 is spoken here" },
  ROOM_ITEMS_FULL: { status: 413, title: "The room holds as much as it may" },
  QUOTA_EXCEEDED: { status: 413, title: "The account's storage is full" },
  BODY_TOO_LARGE: { status: 413, title: "The body is too large" },
  RANGE_UNSATISFIABLE: { status: 416, title: "The range lies outside" },
  REQUEST_INVALID: { status: 422, title: "The request does not fit its schema" },
  STATE_INVALID: { status: 422, title: "The account state does not hold" },
  CAPTURE_MALFORMED: { status: 422, title: "The capture's parts do not fit" },
  SEGMENT_INVALID: { status: 422, title: "The segment does not fit" },
  TOMBSTONE_INVALID: { status: 422, title: "The tombstone does not hold" },
  UPLOAD_NOT_READY: { status: 422, title: "The upload is missing or not complete" },
  DESTINATION_REFUSED: { status: 422, title: "No channel reaches that destination" },
  TOO_MANY_TARGETS: { status: 422, title: "Too many destinations" },
  RATE_LIMITED: { status: 429, title: "Too many tries" },
  TOO_MANY_UPLOADS: { status: 429, title: "Too many open uploads" },
  INTERNAL: { status: 500, title: "The server failed" },
  FORWARDING_OFF: { status: 409, title: "This server passes no calls on" },
  LAN_OFF: { status: 409, title: "This server does not look around" },
  BUSY: { status: 503, title: "The server is busy" },
  DISK_FULL: { status: 507, title: "The server's disk is full" },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string }>

export type ProblemCode = keyof typeof problems

/** The document as it is sent. HEAD answers carry none. */
export function problemResponse(problem: Problem): Response {
  const { title, status } = problems[problem.code]
  const type = `urn:darkslide:problem:${problem.code.toLowerCase().replaceAll("_", "-")}`
  const document = { type, title, status, detail: problem.message, code: problem.code, ...problem.extra }
  const headers = new Headers({ ...problem.headers, "content-type": "application/problem+json" })
  if (problem.retryAfter !== undefined) headers.set("retry-after", String(Math.ceil(problem.retryAfter)))
  return new Response(JSON.stringify(document), { status, headers })
}
