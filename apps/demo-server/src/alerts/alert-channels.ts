import type { Channel, ContentPolicy } from "@darkslide/alerts"
import { emailChannel, mailFolderChannel } from "@darkslide/alerts/email"
import { ntfyChannel } from "@darkslide/alerts/ntfy"
import { webPushChannel, type VapidKeys } from "@darkslide/alerts/web-push"
import { parseWebhookKey, webhookChannel } from "@darkslide/alerts/webhook"
import type { AlertContentChoice } from "../storage/inbox-store.ts"
import type { AlertTarget, TargetChannel } from "../storage/alert-targets-store.ts"

/** How mails leave: through a mail server, or as files in the data folder. */
export interface MailSettings {
  readonly from: string
  readonly smtp?: SmtpSettings | undefined
}

export interface SmtpSettings {
  readonly host: string
  readonly port?: number | undefined
  readonly security: "starttls" | "tls" | "none"
  readonly login?: { readonly user: string; readonly password: string } | undefined
  /** Certificates (PEM) that are trusted in place of the system's. */
  readonly ca?: string | undefined
}

export interface AlertChannelsOptions {
  readonly mail: MailSettings
  /** Where mails are written that no mail server takes. */
  readonly mailFolder: string
  readonly vapid: VapidKeys
  /** `mailto:…` or `https://…`: how push services reach who runs this. */
  readonly vapidSubject: string
  /** Addresses of one's own network that webhooks, pushes and ntfy may reach. */
  readonly allow: readonly string[]
  /** The secrets of the webhooks that go to a URL. */
  readonly webhookSecrets: (destination: string) => readonly string[]
}

interface ConfiguredChannel {
  readonly channel: Channel
  readonly content: ContentPolicy
}

export interface AlertChannels {
  readonly byName: Readonly<Record<string, ConfiguredChannel>>
  close(): void
}

const name = "Darkslide"

/** Every way out, each with what may leave through it. */
export function alertChannels(options: AlertChannelsOptions): AlertChannels {
  const { mail: settings, vapid, vapidSubject: subject, allow, webhookSecrets } = options
  const from = { name, address: settings.from }
  const folder = options.mailFolder
  const smtp = settings.smtp === undefined ? undefined : emailChannel({ ...settings.smtp, from })
  const mail = smtp ?? mailFolderChannel({ folder, from })
  const keys = (destination: string) => webhookSecrets(destination).map(parseWebhookKey)
  return {
    byName: {
      "mail-link": { channel: mail, content: "text" },
      "mail-sealed": { channel: mail, content: "sealed" },
      "mail-clear": { channel: mail, content: "clear" },
      push: { channel: webPushChannel({ vapid, subject, allow }), content: "text" },
      webhook: { channel: webhookChannel({ keys, allow }), content: "text" },
      ntfy: { channel: ntfyChannel({ allow }), content: "none" },
    },
    close: () => smtp?.close(),
  }
}

/** The channel that takes alerts to a target, when mails carry what was chosen. */
export function channelNameOf({ channel }: Pick<AlertTarget, "channel">, content: AlertContentChoice): string {
  return channel === "mail" ? `mail-${content}` : channel
}

/** The names under which a target's channel is known to the engine. */
export function channelNamesOf(channel: TargetChannel): readonly string[] {
  return channel === "mail" ? ["mail-link", "mail-sealed", "mail-clear"] : [channel]
}
