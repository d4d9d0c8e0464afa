import { createTransport } from "nodemailer"
import type { Channel } from "../../engine/channel.ts"
import { composeMail, type MailForm } from "../email/compose-mail.ts"
import { parseMailAddress } from "../email/mail-address.ts"
import { toMailFailure } from "../email/mail-failure.ts"
import { abortable } from "../../outbox/abortable.ts"

export interface EmailOptions extends MailForm {
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
  /** Signs each mail (RFC 6376), where the mail server does not. */
  readonly dkim?: { readonly domain: string; readonly selector: string; readonly privateKey: string } | undefined
  /** Connections at once. Default: 5. */
  readonly connections?: number | undefined
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
  const { host, security = "starttls", from, connections = 5 } = options
  parseMailAddress(from.address)
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
      const mail = composeMail(notification, destination, options)
      signal.throwIfAborted()
      try {
        const sent = transport.sendMail(mail)
        await abortable(sent, signal)
      } catch (error) {
        signal.throwIfAborted()
        throw toMailFailure(error)
      }
    },
    close: () => transport.close(),
  }
}

function toDkim({ domain, selector, privateKey }: NonNullable<EmailOptions["dkim"]>) {
  return { domainName: domain, keySelector: selector, privateKey }
}
