import { createHash } from "node:crypto"
import { createTransport } from "nodemailer"
import type { Channel } from "../../engine/channel.ts"
import type { Notification } from "../../engine/notification.ts"
import { parseMailAddress } from "../email/mail-address.ts"
import { englishMailWords, toMailAttachments, toMailContent, type MailWords } from "../email/mail-content.ts"
import { toMailFailure } from "../email/mail-failure.ts"
import { abortable } from "../../outbox/abortable.ts"

export interface EmailOptions {
  readonly host: string
  /** Default: 587 with `starttls`, 465 with `tls`. */
  readonly port?: number | undefined
  /**
   * `starttls` (the default): never without it. `tls`: from the first byte. `none`: in clear, for a server on this very
   * machine.
   */
  readonly security?: "starttls" | "tls" | "none" | undefined
  readonly login?: { readonly user: string; readonly password: string } | undefined
  /** Certificates (PEM) that are trusted in place of the system's. */
  readonly ca?: string | undefined
  /** The name in the server's certificate, where it is not the host. */
  readonly serverName?: string | undefined
  readonly from: { readonly name?: string | undefined; readonly address: string }
  /** Signs each mail (RFC 6376), where the mail server does not. */
  readonly dkim?: { readonly domain: string; readonly selector: string; readonly privateKey: string } | undefined
  /** The page on which a reader turns these mails off: `List-Unsubscribe`. */
  readonly unsubscribe?: ((destination: string) => string) | undefined
  /** Connections at once. Default: 5. */
  readonly connections?: number | undefined
  readonly words?: MailWords | undefined
}

/** A channel with connections of its own to close. */
export interface EmailChannel extends Channel {
  close(): void
}

const connectTimeoutMs = 10_000
const silenceTimeoutMs = 20_000

/**
 * Mails notifications, as text and HTML. Every mail server on the way reads what it is given: by default the words of the
 * events and a link, no picture, no name, no place. Mails of one alert are one thread, and the same mail sent twice has the
 * same `Message-ID`, by which mailboxes drop the second.
 */
export function emailChannel(options: EmailOptions): EmailChannel {
  const { host, security = "starttls", from, connections = 5, words = englishMailWords } = options
  const sender = { name: from.name ?? "", address: parseMailAddress(from.address) }
  const domain = sender.address.slice(sender.address.lastIndexOf("@") + 1)
  const transport = createTransport({
    pool: true,
    host,
    port: options.port ?? (security === "tls" ? 465 : 587),
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    maxConnections: connections,
    // A connection is kept for as long as there are mails: a new one costs more than the mail.
    maxMessages: Number.POSITIVE_INFINITY,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: {
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      ...(options.serverName === undefined ? {} : { servername: options.serverName }),
    },
    ...(options.login === undefined ? {} : { auth: { user: options.login.user, pass: options.login.password } }),
    ...(options.dkim === undefined ? {} : { dkim: toDkim(options.dkim) }),
  })
  return {
    concurrency: connections * 2,
    timeoutMs: 60_000,
    defaultContent: "text",
    checkDestination: (destination) => void parseMailAddress(destination),
    async deliver(notification, { destination, signal }) {
      const address = parseMailAddress(destination)
      signal.throwIfAborted()
      const { subject, text, html } = toMailContent(notification, words)
      const messageId = idOf(notification, address, domain)
      const first = idOf({ ...notification, revision: 1 }, address, domain)
      const unsubscribe = options.unsubscribe?.(destination)
      try {
        const sent = transport.sendMail({
          from: sender,
          // An object, never text: nodemailer would read a list out of it.
          to: { name: "", address },
          subject,
          text,
          html,
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
        })
        await abortable(sent, signal)
      } catch (error) {
        signal.throwIfAborted()
        throw toMailFailure(error)
      }
    },
    close: () => transport.close(),
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

function toDkim({ domain, selector, privateKey }: NonNullable<EmailOptions["dkim"]>) {
  return { domainName: domain, keySelector: selector, privateKey }
}
