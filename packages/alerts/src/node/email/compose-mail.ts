import { createHash } from "node:crypto"
import type { SendMailOptions } from "nodemailer"
import type { Notification } from "../../engine/notification.ts"
import { parseMailAddress } from "./mail-address.ts"
import { englishMailWords, toMailAttachments, toMailContent, type MailWords } from "./mail-content.ts"

/** What every mail of an app has in common. */
export interface MailForm {
  readonly from: { readonly name?: string | undefined; readonly address: string }
  /** The page on which a reader turns these mails off: `List-Unsubscribe`. */
  readonly unsubscribe?: ((destination: string) => string) | undefined
  readonly words?: MailWords | undefined
}

export interface ComposedMail extends SendMailOptions {
  readonly messageId: string
}

/**
 * A notification as a mail to one reader, for nodemailer to write.
 * @throws AlertsError with `ALERTS_ADDRESS_REFUSED`.
 */
export function composeMail(notification: Notification, destination: string, form: MailForm): ComposedMail {
  const address = parseMailAddress(destination)
  const sender = parseMailAddress(form.from.address)
  const domain = sender.slice(sender.lastIndexOf("@") + 1)
  const messageId = idOf(notification, address, domain)
  const first = idOf({ ...notification, revision: 1 }, address, domain)
  const unsubscribe = form.unsubscribe?.(destination)
  return {
    ...toMailContent(notification, form.words ?? englishMailWords),
    from: { name: form.from.name ?? "", address: sender },
    // An object, never text: nodemailer would read a list out of it.
    to: { name: "", address },
    messageId,
    date: new Date(notification.at),
    attachments: toMailAttachments(notification).map((attachment) => ({ ...attachment })),
    headers: {
      // RFC 3834 section 5: no out-of-office notes in return.
      "Auto-Submitted": "auto-generated",
      ...(unsubscribe === undefined ? {} : { "List-Unsubscribe": `<${new URL(unsubscribe).href}>` }),
    },
    ...(first === messageId ? {} : { inReplyTo: first, references: first }),
    ...(notification.severity === "critical" ? { priority: "high" as const } : {}),
  }
}

/** The same for every attempt; one reader's does not tell another's. */
function idOf({ alert, revision }: Pick<Notification, "alert" | "revision">, address: string, domain: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([alert, address]))
    .digest("base64url")
    .slice(0, 22)
  return `<${hash}.${revision}@${domain}>`
}
