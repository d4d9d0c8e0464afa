import { createAlerts, failedLogins, systemClock, type AlertEvent, type Alerts } from "@darkslide/alerts"
import { createHmac } from "node:crypto"
import type { Logger } from "pino"
import { photoName } from "../storage/photo-name.ts"
import type { ServerStorage } from "../storage/storage.ts"
import {
  accountRules,
  alertKinds,
  deviceCaptureType,
  intruderType,
  nobody,
  nobodysRule,
  ruleOwner,
  type AlertKind,
} from "./account-rules.ts"
import { alertChannels, type AlertChannelsOptions } from "./alert-channels.ts"

/** A login that failed, as the login route knows it. */
export interface FailedLogin {
  /** The handle's credential id: the handle itself is known to nobody here. */
  readonly credential: string
  readonly accountId: string | null
  readonly address: string
}

/** The alerts of every account of this server. */
export interface ServerAlerts extends AsyncDisposable {
  readonly alerts: Alerts
  /** How mails leave: through a mail server, or as files in the data folder. */
  readonly mail: "smtp" | "files"
  /** What pages subscribe to pushes with. */
  readonly vapidPublicKey: string
  /** Takes over what an account changed, or an account that is new. */
  reload(accountId: string): Promise<void>
  /** Until then nobody is told of what comes: see `Alerts.mute`. */
  mute(accountId: string, kind: AlertKind | "everything", until: number): Promise<void>
  mutes(accountId: string): Promise<readonly AccountMute[]>
  /** Returns at once: whoever failed does not wait for what comes of it. */
  loginFailed(login: FailedLogin): void
  /** A device without a person, such as a sentinel, saved a capture. Returns at once. */
  deviceCaptured(capture: { readonly accountId: string; readonly deviceId: string; readonly captureId: string }): void
  /** Whether a channel could ever reach it. @throws AlertsError with `ALERTS_ADDRESS_REFUSED` */
  checkDestination(channel: string, destination: string): void
  /** Resolves when what failed logins and devices started is on disk. */
  settled(): Promise<void>
}

/** What an account wants to hear nothing of. */
export interface AccountMute {
  readonly kind: AlertKind
  /** Null: until it is ended. */
  readonly until: number | null
  /** That came since. */
  readonly events: number
}

export interface ServerAlertsOptions extends Omit<AlertChannelsOptions, "webhookSecrets" | "mailFolder"> {
  readonly storage: ServerStorage
  readonly log: Logger
  /** The page that alerts lead to; undefined until it is known. */
  readonly link: () => string | undefined
  readonly now?: (() => number) | undefined
  /** Whether to deliver by itself. Tests call `alerts.deliverDue`. */
  readonly runs?: boolean | undefined
}

const loginDomain = "darkslide/v1/alerts-logins"

export async function openServerAlerts(options: ServerAlertsOptions): Promise<ServerAlerts> {
  const { storage, log, now = Date.now } = options
  const { alertTargets } = storage
  const secrets = new Map<string, readonly string[]>()
  const channels = alertChannels({
    ...options,
    mailFolder: storage.mails.folder,
    webhookSecrets: (destination) => secrets.get(destination) ?? [],
  })
  const clock = { ...systemClock, now }
  const alerts = createAlerts({
    store: storage.alerts,
    channels: channels.byName,
    rules: [nobodysRule],
    clock,
    report(event) {
      if (event.type === "store-failed") log.error({ err: event.error }, "alerts: the database failed")
      else if (event.type === "dead") log.warn({ channel: event.channel, code: event.code }, "alerts: given up")
    },
  })
  const rules = new Map<string, ReturnType<typeof accountRules>>()
  const setRules = () => alerts.setRules([nobodysRule, ...[...rules.values()].flat()])
  const readRules = async (accountId: string) => {
    const targets = await alertTargets.list(accountId)
    rules.set(accountId, accountRules(accountId, targets, await alertTargets.quietHours(accountId)))
  }
  const readSecrets = async () => {
    secrets.clear()
    for (const { channel, destination, secret } of await alertTargets.list())
      if (channel === "webhook") secrets.set(destination, [...(secrets.get(destination) ?? []), secret])
  }
  for (const accountId of await alertTargets.accountIds()) await readRules(accountId)
  await readSecrets()
  setRules()

  const secret = createHmac("sha256", storage.secrets.pepper).update(loginDomain).digest()
  const logins = failedLogins({ secret: new Uint8Array(secret), clock })
  const underWay = new Set<Promise<unknown>>()
  const observe = (event: AlertEvent) => {
    const observing = alerts
      .observe(event)
      .catch((error: unknown) => log.error({ err: error }, "alerts: an event was not accepted"))
      .finally(() => underWay.delete(observing))
    underWay.add(observing)
  }
  const stop = new AbortController()
  const running = options.runs === false ? Promise.resolve() : alerts.run({ signal: stop.signal })

  return {
    alerts,
    mail: options.mail.smtp === undefined ? "files" : "smtp",
    vapidPublicKey: options.vapid.publicKey,
    async reload(accountId) {
      await readRules(accountId)
      await readSecrets()
      setRules()
    },
    async mute(accountId, kind, until) {
      for (const { name } of rules.get(accountId) ?? [])
        if (kind === "everything" || ruleOwner(name)?.kind === kind) await alerts.mute(name, until)
    },
    async mutes(accountId) {
      const found = await alerts.mutes((rules.get(accountId) ?? []).map(({ name }) => name))
      return alertKinds.flatMap((kind) => {
        const own = found.filter(({ rule }) => ruleOwner(rule)?.kind === kind)
        if (own.length === 0) return []
        const until = Math.max(...own.map((mute) => mute.until))
        const events = own.reduce((sum, mute) => sum + mute.events, 0)
        return [{ kind, until: Number.isFinite(until) ? until : null, events }]
      })
    },
    loginFailed({ credential, accountId, address }) {
      const attempt = { account: credential, address, isKnown: accountId !== null }
      for (const { details: _details, ...event } of logins.failed(attempt)) {
        const owner = event.type === "login.failed.account" ? (accountId ?? nobody) : nobody
        observe({ ...event, severity: "warning", labels: { owner }, link: options.link() })
      }
    },
    deviceCaptured({ accountId, deviceId, captureId }) {
      observe({
        type: deviceCaptureType,
        id: captureId,
        link: options.link(),
        labels: { owner: accountId, device: deviceId },
        title: "A sentinel of yours saved something",
        text: "Something moved, somebody asked it to, or a login failed there. Sign in to look at it.",
      })
    },
    checkDestination(channel, destination) {
      channels.byName[channel]?.channel.checkDestination?.(destination)
    },
    async settled() {
      await Promise.all(underWay)
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
      await Promise.all(underWay)
      channels.close()
    },
  }
}

export interface IntruderPhoto {
  readonly accountId: string
  readonly deviceId: string
  readonly content: string
  /** The event's own id: the capture's, where the photo is in the inbox. */
  readonly id: string
  readonly at: number
  readonly link: string | undefined
  /** An age file; absent past the cap, and where a link is enough. */
  readonly sealed?: Uint8Array | undefined
  /** In clear, by the owner's explicit choice. */
  readonly picture?: Uint8Array | undefined
}

/** The event of a photo that came in, or of one past the cap. */
export function intruderEvent(photo: IntruderPhoto): AlertEvent {
  const { accountId, deviceId, content, id, at, link, sealed, picture } = photo
  const file = (called: string, mediaType: string, bytes: Uint8Array) => ({ name: called, mediaType, bytes })
  const name = photoName({ accountId, captureId: id })
  return {
    type: intruderType,
    id,
    at,
    link,
    severity: "critical",
    labels: { owner: accountId, device: deviceId, content },
    title: "Somebody failed to sign in on your browser",
    text: "It took a photo, as you asked it to. Sign in to look at it.",
    ...(sealed === undefined ? {} : { sealed: file(`${name}.jpg.age`, "application/octet-stream", sealed) }),
    ...(picture === undefined ? {} : { picture: file(`${name}.jpg`, "image/jpeg", picture) }),
  }
}
