import { parseMailAddress } from "@darkslide/alerts/email"
import { isDarkslideError } from "@darkslide/crypto/errors"
import { join, resolve } from "node:path"
import * as z from "zod"

/** What the environment may set. Everything has a default: nothing needs to be set. */
export interface Configuration {
  readonly port: number
  readonly host: string
  readonly dataFolder: string
  readonly webFolder: string
  /** This server's own origin, when a proxy with TLS stands before it. */
  readonly ownOrigin: string | undefined
  readonly allowedOrigins: readonly string[]
  readonly quotaBytes: number
  readonly uploadHours: number
  readonly openUploads: number
  /** Each in one hour. */
  readonly loginsPerHandle: number
  readonly loginsPerAddress: number
  readonly registrationsPerAddress: number
  /** The mail server; undefined: mails are files in the data folder. */
  readonly smtp: SmtpConfiguration | undefined
  readonly mailFrom: string
  /** How push services reach who runs this. */
  readonly vapidSubject: string
  /** Addresses of one's own network that alerts may go to. */
  readonly alertAddresses: readonly string[]
  readonly hubConnectionsPerAddress: number
  readonly roomItemsPerAddress: number
  /** The relay of calls; undefined: people find each other in one network. */
  readonly turn: TurnConfiguration | undefined
  /** What passes calls on; undefined: people send to each other. */
  readonly forwarding: ForwardingConfiguration | undefined
  /** Whether rooms are announced, and found, on the networks of this machine. */
  readonly lan: boolean
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "silent"
}

export interface SmtpConfiguration {
  readonly host: string
  readonly port: number | undefined
  readonly security: "starttls" | "tls" | "none"
  readonly login: { readonly user: string; readonly password: string } | undefined
  /** File with certificates (PEM) that are trusted in place of the system's. */
  readonly caFile: string | undefined
}

export interface TurnConfiguration {
  /** Such as `turn:turn.example.org:3478?transport=udp`; `stun:` and `turns:` as well. */
  readonly urls: readonly string[]
  /** What the TURN server has as `static-auth-secret`. */
  readonly secret: string
}

export interface ForwardingConfiguration {
  /** Where packets are taken beside the machine's network cards. */
  readonly addresses: readonly string[]
  /** The lowest and the highest UDP port; undefined: any. */
  readonly ports: readonly [number, number] | undefined
  /** Of all calls together. */
  readonly connections: number
}

/** The environment does not make sense. The message names the variable. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError"
}

/** From `src/` or `dist/` of this package to the repository. */
const repository = resolve(import.meta.dirname, "../../..")
const gibibyte = 1024 ** 3

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most)
const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: "expected an origin such as https://example.org",
})
const origins = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
  .pipe(z.array(origin))

const list = z.string().transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
const turnUrl = z
  .string()
  .regex(
    /^(?:stun|turns?):[A-Za-z0-9.[\]:-]+(?:\?transport=(?:udp|tcp))?$/u,
    "expected turn:host:port, comma after comma",
  )
const portRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/u, "expected the lowest and the highest port, such as 40000-40999")
  .transform((text): readonly [number, number] => {
    const [low = 0, high = 0] = text.split("-").map(Number)
    return [low, high]
  })
  .refine(([low, high]) => low >= 1024 && low <= high && high <= 65_535, {
    error: "expected ports from 1024 to 65535, the lower one first",
  })
const mailAddress = z.string().refine(isMailAddress, { error: "expected one plain mail address" })
const smtp = z
  .string()
  .refine((text) => URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol), {
    error: "expected smtp://user:password@host:587 or smtps://user:password@host",
  })
  .transform(toSmtp)

const variables = z.object({
  DARKSLIDE_PORT: count(0, 65_535).default(8787),
  DARKSLIDE_HOST: z.string().min(1).default("127.0.0.1"),
  DARKSLIDE_DATA: z.string().min(1).default(join(repository, ".darkslide")),
  DARKSLIDE_WEB: z.string().min(1).default(join(repository, "apps/demo-web/dist")),
  DARKSLIDE_ORIGIN: origin.optional(),
  DARKSLIDE_ORIGINS: origins.default([]),
  DARKSLIDE_QUOTA_BYTES: count(1, Number.MAX_SAFE_INTEGER).default(10 * gibibyte),
  DARKSLIDE_UPLOAD_HOURS: count(1, 24 * 30).default(24),
  DARKSLIDE_OPEN_UPLOADS: count(1, 10_000).default(200),
  DARKSLIDE_LOGINS_PER_HANDLE: count(1, 1_000_000).default(10),
  DARKSLIDE_LOGINS_PER_ADDRESS: count(1, 1_000_000).default(60),
  DARKSLIDE_REGISTRATIONS_PER_ADDRESS: count(1, 1_000_000).default(30),
  DARKSLIDE_SMTP: smtp.optional(),
  DARKSLIDE_SMTP_CA: z.string().min(1).optional(),
  DARKSLIDE_MAIL_FROM: mailAddress.default("darkslide@localhost"),
  DARKSLIDE_VAPID_SUBJECT: z
    .string()
    .regex(/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, "expected mailto:… or https://…")
    .optional(),
  DARKSLIDE_ALERT_ADDRESSES: list.default([]),
  DARKSLIDE_HUB_CONNECTIONS_PER_ADDRESS: count(1, 1_000_000).default(2000),
  DARKSLIDE_ROOM_ITEMS_PER_ADDRESS: count(1, 1_000_000).default(600),
  DARKSLIDE_TURN_URLS: list.pipe(z.array(turnUrl)).default([]),
  DARKSLIDE_TURN_SECRET: z.string().min(16, "expected 16 characters or more").optional(),
  DARKSLIDE_FORWARDING: z.enum(["werift", "off"]).default("off"),
  DARKSLIDE_FORWARDING_PORTS: portRange.optional(),
  DARKSLIDE_FORWARDING_CONNECTIONS: count(2, 10_000).default(256),
  DARKSLIDE_LAN: z.enum(["on", "off"]).default("off"),
  DARKSLIDE_LOG: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
})

/**
 * Reads `DARKSLIDE_*`. Paths are relative to the working folder.
 * @throws ConfigurationError
 */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const { data, error } = variables.safeParse(environment)
  if (data === undefined) throw new ConfigurationError(describe(error))
  const turn = { urls: data.DARKSLIDE_TURN_URLS, secret: data.DARKSLIDE_TURN_SECRET }
  if (turn.urls.length > 0 && turn.secret === undefined)
    throw new ConfigurationError("Cannot read configuration: DARKSLIDE_TURN_SECRET: expected with DARKSLIDE_TURN_URLS")
  return {
    port: data.DARKSLIDE_PORT,
    host: data.DARKSLIDE_HOST,
    dataFolder: resolve(data.DARKSLIDE_DATA),
    webFolder: resolve(data.DARKSLIDE_WEB),
    ownOrigin: data.DARKSLIDE_ORIGIN,
    allowedOrigins: data.DARKSLIDE_ORIGINS,
    quotaBytes: data.DARKSLIDE_QUOTA_BYTES,
    uploadHours: data.DARKSLIDE_UPLOAD_HOURS,
    openUploads: data.DARKSLIDE_OPEN_UPLOADS,
    loginsPerHandle: data.DARKSLIDE_LOGINS_PER_HANDLE,
    loginsPerAddress: data.DARKSLIDE_LOGINS_PER_ADDRESS,
    registrationsPerAddress: data.DARKSLIDE_REGISTRATIONS_PER_ADDRESS,
    smtp: data.DARKSLIDE_SMTP && { ...data.DARKSLIDE_SMTP, caFile: data.DARKSLIDE_SMTP_CA },
    mailFrom: data.DARKSLIDE_MAIL_FROM,
    vapidSubject: data.DARKSLIDE_VAPID_SUBJECT ?? `mailto:${data.DARKSLIDE_MAIL_FROM}`,
    alertAddresses: data.DARKSLIDE_ALERT_ADDRESSES,
    hubConnectionsPerAddress: data.DARKSLIDE_HUB_CONNECTIONS_PER_ADDRESS,
    roomItemsPerAddress: data.DARKSLIDE_ROOM_ITEMS_PER_ADDRESS,
    turn: turn.urls.length === 0 || turn.secret === undefined ? undefined : { urls: turn.urls, secret: turn.secret },
    forwarding: data.DARKSLIDE_FORWARDING === "off" ? undefined : toForwarding(data),
    lan: data.DARKSLIDE_LAN === "on",
    logLevel: data.DARKSLIDE_LOG,
  }
}

function describe({ issues }: z.ZodError): string {
  const reasons = issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`)
  return `Cannot read configuration: ${reasons.join("; ")}`
}

/** Where this machine alone may reach the server, it alone may reach the unit too. */
function toForwarding(data: z.output<typeof variables>): ForwardingConfiguration {
  return {
    addresses: /^(?:127\.|localhost$|::1$)/u.test(data.DARKSLIDE_HOST) ? ["127.0.0.1"] : [],
    ports: data.DARKSLIDE_FORWARDING_PORTS,
    connections: data.DARKSLIDE_FORWARDING_CONNECTIONS,
  }
}

function isMailAddress(text: string): boolean {
  try {
    parseMailAddress(text)
    return true
  } catch (error) {
    if (isDarkslideError(error)) return false
    throw error
  }
}

/** `?security=none` is for a mail server on this very machine. */
function toSmtp(text: string): Omit<SmtpConfiguration, "caFile"> {
  const url = new URL(text)
  const plain = url.searchParams.get("security") === "none" ? "none" : "starttls"
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? undefined : Number(url.port),
    security: url.protocol === "smtps:" ? "tls" : plain,
    login: user === "" ? undefined : { user, password },
  }
}
