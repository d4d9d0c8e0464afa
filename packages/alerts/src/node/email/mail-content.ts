import type { StoredAttachment } from "../../engine/alert-state.ts"
import type { Notification } from "../../engine/notification.ts"

export interface MailContent {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Words of a mail that are not the app's. */
export interface MailWords {
  readonly open: string
  /** How many events there were: `{count}` stands for the number. */
  readonly events: string
}

export const englishMailWords: MailWords = { open: "Open", events: "{count} events so far" }

/** The picture's content id: one per mail. */
export const pictureId = "picture@darkslide"

/** A notification as text and as HTML that needs no picture, style sheet or font from elsewhere. */
export function toMailContent(notification: Notification, words: MailWords): MailContent {
  const { title, text, items, link, total, details = {}, picture } = notification
  const lines = items.map((item) => [new Date(item.at).toISOString(), plain(item.title), plain(item.text ?? "")])
  const facts = Object.entries(details).map(([name, value]) => `${plain(name)}: ${plain(value)}`)
  const count = total > 1 ? words.events.replace("{count}", String(total)) : undefined
  const paragraphs = [text === undefined ? undefined : text, count, facts.join("\n")].filter(
    (paragraph) => paragraph !== undefined && paragraph !== "",
  )
  return {
    subject: plain(title),
    text: [
      plain(title),
      ...paragraphs,
      lines.map((line) => line.filter((part) => part !== "").join("  ")).join("\n"),
      link,
    ]
      .filter((part) => part !== undefined && part !== "")
      .join("\n\n")
      .concat("\n"),
    html: [
      '<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">',
      `<div style="font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:1em auto;padding:0 1em">`,
      `<h1 style="font-size:1.25em">${escape(plain(title))}</h1>`,
      ...paragraphs.map((paragraph) => `<p>${escape(paragraph ?? "").replaceAll("\n", "<br>")}</p>`),
      picture === undefined ? "" : `<p><img src="cid:${pictureId}" alt="" style="max-width:100%"></p>`,
      lines.length === 0 ? "" : `<ul>${lines.map((line) => `<li>${line.map(escape).join(" ")}</li>`).join("")}</ul>`,
      link === undefined ? "" : `<p><a href="${escape(link)}">${escape(words.open)}</a></p>`,
      "</div>",
    ].join("\n"),
  }
}

/** What hangs at a mail: the picture in its text, the clip and the age file beside it. */
export function toMailAttachments({ picture, clip, sealed }: Notification): readonly MailAttachment[] {
  const inline = picture === undefined ? [] : [{ ...toAttachment(picture), cid: pictureId }]
  return [...inline, ...[clip, sealed].filter((file) => file !== undefined).map(toAttachment)]
}

export interface MailAttachment {
  readonly filename: string
  readonly contentType: string
  readonly content: Buffer
  readonly cid?: string
}

const toAttachment = ({ name, mediaType, base64 }: StoredAttachment): MailAttachment => ({
  filename: name,
  contentType: mediaType,
  content: Buffer.from(base64, "base64url"),
})

/** One line: no control characters, which could end a header. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim()

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}
const escape = (text: string): string => text.replaceAll(/[&<>"']/gu, (character) => entities[character] ?? "")
