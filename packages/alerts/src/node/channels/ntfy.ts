import { AlertsError } from "../../errors.ts"
import { systemClock } from "../../clock.ts"
import type { Channel } from "../../engine/channel.ts"
import type { Notification } from "../../engine/notification.ts"
import { createGuardedSender, parseTarget, type GuardOptions } from "../http/guarded-sender.ts"
import { checkAnswer } from "../http/http-failure.ts"

export interface NtfyOptions extends GuardOptions {
  /** An access token of the server, for topics that need one. */
  readonly token?: string | undefined
}

/** A token that was refused or a server's quota may be put right: only what is wrong with the message is final. */
const meanings = { gone: [], rejected: [400, 405, 414, 415, 431] }
const priority = { info: 3, warning: 4, critical: 5 } as const
/** docs.ntfy.sh, "Limitations": the server takes 4,096 bytes of message, and cuts a title after 250 characters. */
const maxMessageBytes = 4096

/**
 * Publishes to a topic of ntfy, `https://ntfy.sh/my-topic`. Its server, and everyone who guesses the topic, reads what it
 * is given: by default only that there is an alert, and the link.
 */
export function ntfyChannel(options: NtfyOptions = {}): Channel {
  const send = createGuardedSender(options)
  const authorization = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }
  return {
    timeoutMs: 20_000,
    defaultContent: "none",
    checkDestination: (destination) => void parseTopic(destination),
    async deliver(notification, { destination, signal }) {
      const { server, topic } = parseTopic(destination)
      const headers = { "content-type": "application/json", ...authorization }
      const body = new TextEncoder().encode(JSON.stringify({ topic, ...toMessage(notification) }))
      checkAnswer(await send({ url: server, headers, body, signal }), meanings, systemClock.now())
    },
  }
}

/** @throws AlertsError with `ALERTS_ADDRESS_REFUSED`. */
function parseTopic(destination: string): { readonly server: string; readonly topic: string } {
  const target = parseTarget(destination)
  const [, folder = "", topic = ""] = /^(.*\/)([\w-]{1,64})$/u.exec(target.pathname) ?? []
  if (topic === "" || target.search !== "" || target.hash !== "")
    throw new AlertsError("ALERTS_ADDRESS_REFUSED", "Cannot publish: not the URL of a topic, such as https://ntfy.sh/a")
  return { server: `${target.origin}${folder}`, topic }
}

function toMessage(notification: Notification): object {
  const { title, text, items, severity, link, alert, total, details = {} } = notification
  const more = total > 1 ? `${total} events` : undefined
  const facts = Object.entries(details).map(([name, value]) => `${name}: ${value}`)
  const lines = [text ?? items.at(-1)?.text, ...facts, more].filter((line) => line !== undefined)
  return {
    title: title.slice(0, 250),
    message: cut(lines.join("\n") || title, maxMessageBytes),
    priority: priority[severity],
    ...(link === undefined ? {} : { click: link }),
    // Later notifications of the alert take the place of the first, from ntfy 2.16 on.
    sequence_id: alert,
  }
}

/** The longest beginning of whole characters that fits. */
function cut(text: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= maxBytes) return text
  return new TextDecoder().decode(bytes.subarray(0, maxBytes - 3)).replace(/\uFFFD+$/u, "") + "…"
}
