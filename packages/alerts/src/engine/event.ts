export type Severity = "info" | "warning" | "critical"

export const severities: readonly Severity[] = ["info", "warning", "critical"]

/**
 * Something that happened. `title` and `text` are words that third parties may read (the mail provider, the phone's lock
 * screen): no user name, no place, no address. What only its reader may know goes into `details`, `picture` and `clip`,
 * which leave in clear only through a channel with the content policy `clear`, or into `sealed`.
 */
export interface AlertEvent extends AlertContent {
  /** Dotted words, such as `login.failed`. */
  readonly type: string
  /** Milliseconds since 1970. Default: now. */
  readonly at?: number | undefined
  /**
   * Names this event: a second one with the same id is dropped, and more content can be attached by it. At most 200
   * characters.
   */
  readonly id?: string | undefined
  /** Default: `warning`. */
  readonly severity?: Severity | undefined
  /** For matching and grouping; not shown to anyone. At most 20. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** At most 200 characters. */
  readonly title: string
}

/** What an alert shows. All of it together is at most 2 MiB. */
export interface AlertContent {
  /** At most 2,000 characters. */
  readonly text?: string | undefined
  /** Where its reader sees all of it, such as a page of the app. Only http and https. */
  readonly link?: string | undefined
  /** User name, place, device: in clear only under the content policy `clear`. At most 20. */
  readonly details?: Readonly<Record<string, string>> | undefined
  /** An age file that its reader opens. */
  readonly sealed?: Attachment | undefined
  /** In clear only under the content policy `clear`. */
  readonly picture?: Attachment | undefined
  /** In clear only under the content policy `clear`. */
  readonly clip?: Attachment | undefined
}

export interface Attachment {
  /** Such as `motion.jpg`: letters, digits, `.`, `_` and `-`, at most 80. */
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

const maxBytes = 2 << 20

/** @throws RangeError */
export function checkEvent(event: AlertEvent): void {
  if (!/^[\w-]+(?:\.[\w-]+)*$/u.test(event.type)) throw new RangeError("Cannot observe: type is dotted words")
  if (event.title === "" || event.title.length > 200)
    throw new RangeError("Cannot observe: title of 1 to 200 characters")
  if (event.id !== undefined && (event.id === "" || event.id.length > 200))
    throw new RangeError("Cannot observe: id of 1 to 200 characters")
  if (event.at !== undefined && !Number.isSafeInteger(event.at))
    throw new RangeError("Cannot observe: a time is whole milliseconds")
  if (event.severity !== undefined && !severities.includes(event.severity))
    throw new RangeError("Cannot observe: severity is info, warning or critical")
  checkPairs(event.labels)
  checkContent(event)
}

/** @throws RangeError */
export function checkContent({ text, link, details, sealed, picture, clip }: AlertContent): void {
  if (text !== undefined && text.length > 2000) throw new RangeError("Cannot observe: text over 2,000 characters")
  if (link !== undefined && !(URL.canParse(link) && /^https?:$/u.test(new URL(link).protocol)))
    throw new RangeError("Cannot observe: a link is an http or https URL")
  checkPairs(details)
  let bytes = 0
  for (const attachment of [sealed, picture, clip]) {
    if (attachment === undefined) continue
    if (!/^[\w.-]{1,80}$/u.test(attachment.name)) throw new RangeError("Cannot observe: attachment's name")
    if (!/^[\w.+-]+\/[\w.+-]+$/u.test(attachment.mediaType)) throw new RangeError("Cannot observe: attachment's type")
    bytes += attachment.bytes.length
  }
  if (bytes > maxBytes) throw new RangeError("Cannot observe: attachments over 2 MiB")
}

function checkPairs(pairs: Readonly<Record<string, string>> | undefined): void {
  const entries = Object.entries(pairs ?? {})
  if (entries.length > 20) throw new RangeError("Cannot observe: over 20 labels or details")
  for (const [name, value] of entries)
    if (name.length > 100 || typeof value !== "string" || value.length > 500)
      throw new RangeError("Cannot observe: names up to 100 and values up to 500 characters")
}
