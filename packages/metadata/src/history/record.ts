import * as z from "zod/mini"

const text = (maxLength: number): z.ZodMiniString =>
  z.string().check(
    z.minLength(1),
    z.maxLength(maxLength),
    z.refine((value) => !/\p{Surrogate}/u.test(value), "has half a character"),
  )
const count = (max: number): z.ZodMiniNumber => z.int().check(z.nonnegative(), z.maximum(max))
const degrees = (max: number): z.ZodMiniNumber => z.number().check(z.minimum(-max), z.maximum(max))
const base64Url = (maxLength: number): z.ZodMiniString => text(maxLength).check(z.regex(/^[\w-]+$/))

const local = z
  .string()
  .check(
    z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?$/),
    z.refine(isCalendarTime, "is no time of a calendar"),
  )

const fields = {
  id: text(128),
  taken: z.optional(
    z.strictObject({
      local,
      offset: z.optional(z.string().check(z.regex(/^(?:Z|[+-](?:0\d|1[0-8]):[0-5]\d)$/))),
    }),
  ),
  place: z.optional(
    z.strictObject({
      latitude: degrees(90),
      longitude: degrees(180),
      altitudeMeters: z.optional(z.number().check(z.minimum(-20_000), z.maximum(100_000))),
      name: z.optional(text(256)),
    }),
  ),
  camera: z.optional(text(128)),
  lens: z.optional(text(128)),
  title: z.optional(text(512)),
  description: z.optional(text(4096)),
  keywords: z.optional(z.array(text(64)).check(z.minLength(1), z.maxLength(64))),
  flags: z.optional(
    z.array(text(32).check(z.regex(/^[a-z][a-z0-9-]*$/))).check(
      z.minLength(1),
      z.maxLength(16),
      z.refine((flags) => new Set(flags).size === flags.length, "names a flag twice"),
    ),
  ),
  room: z.optional(text(128)),
  fileName: z.optional(text(255)),
  mediaType: z.optional(text(64)),
  bytes: z.optional(count(Number.MAX_SAFE_INTEGER)),
  width: z.optional(count(0x7fff_ffff)),
  height: z.optional(count(0x7fff_ffff)),
  orientation: z.optional(z.int().check(z.minimum(1), z.maximum(8))),
  thumbhash: z.optional(base64Url(48)),
  dhash: z.optional(z.string().check(z.regex(/^[0-9a-f]{16}$/))),
  addedAt: z.optional(count(8.64e15)),
}
const givenSchema = z.strictObject(fields)
/** What a later version wrote may have more fields. */
const storedSchema = z.object(fields)

/** The facts of one capture, small enough to hold a hundred thousand of them. Text is never empty; absent is absent. */
export interface HistoryRecord {
  /** Of the capture; 1 to 128 characters. A record with the id of another takes its place. */
  readonly id: string
  /** As the camera's clock showed it: `2024-05-06T07:08:09`, never shifted; `offset` as `+02:00` or `Z`, when known. */
  readonly taken?: { readonly local: string; readonly offset?: string | undefined } | undefined
  /** Degrees, north and east positive; the name as a person wrote it. */
  readonly place?:
    | {
        readonly latitude: number
        readonly longitude: number
        readonly altitudeMeters?: number | undefined
        readonly name?: string | undefined
      }
    | undefined
  /** Make and model in one, such as `Canon EOS R6`: what the camera filter compares. */
  readonly camera?: string | undefined
  readonly lens?: string | undefined
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly keywords?: readonly string[] | undefined
  /** Words of the application's own, such as `favorite`, `clip`, `scrubbed`: lower case, digits and hyphens. */
  readonly flags?: readonly string[] | undefined
  /** Where it belongs: a room, an album, a device. */
  readonly room?: string | undefined
  readonly fileName?: string | undefined
  readonly mediaType?: string | undefined
  /** Of the file. */
  readonly bytes?: number | undefined
  /** Pixels as stored, before turning. */
  readonly width?: number | undefined
  readonly height?: number | undefined
  /** Exif orientation, 1 to 8. */
  readonly orientation?: number | undefined
  /** base64url. It shows the picture, roughly: here it is sealed, so keep it nowhere else. */
  readonly thumbhash?: string | undefined
  /** 64 bits as 16 hex digits, of `dhash`. Likewise. */
  readonly dhash?: string | undefined
  /** Milliseconds since 1970. */
  readonly addedAt?: number | undefined
}

export type ParsedRecord =
  | { readonly ok: true; readonly record: HistoryRecord }
  | { readonly ok: false; readonly why: string }

/** Checks a record that somebody hands over. The message of a refusal names fields, never their content. */
export function parseRecord(value: unknown): ParsedRecord {
  return checked(givenSchema.safeParse(value))
}

/** Checks a record out of a segment: fields that are not known here are left out. */
export function parseStoredRecord(value: unknown): ParsedRecord {
  return checked(storedSchema.safeParse(value))
}

function checked(parsed: z.core.util.SafeParseResult<HistoryRecord>): ParsedRecord {
  if (parsed.success) return { ok: true, record: parsed.data }
  const [issue] = parsed.error.issues
  const path = issue?.path.join(".") ?? ""
  return { ok: false, why: path === "" ? "it is no record, or has an unknown field" : `its ${path} is refused` }
}

function isCalendarTime(value: string): boolean {
  const [year, month, day, hour, minute, second] = value.split(/[-T:.]/).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const time = new Date(Date.UTC(2000, month - 1, day, hour, minute, Math.min(second, 59)))
  time.setUTCFullYear(year, month - 1, day)
  return time.getUTCMonth() === month - 1 && time.getUTCDate() === day && hour < 24 && minute < 60 && second <= 60
}
