import type { QuietHours, Rule, Target } from "@darkslide/alerts"
import type { AlertContentChoice } from "../storage/inbox-store.ts"
import type { AlertTarget } from "../storage/alert-targets-store.ts"
import { channelNameOf, channelNamesOf } from "./alert-channels.ts"

/** What an account is alerted about. */
export const alertKinds = ["intruder", "logins", "devices", "channels"] as const
export type AlertKind = (typeof alertKinds)[number]

export const intruderType = "intruder.photo"
export const deviceCaptureType = "device.capture"
export const contentChoices: readonly AlertContentChoice[] = ["link", "sealed", "clear"]
/** Who an event belongs to that belongs to nobody here. */
export const nobody = "nobody"

const minuteMs = 60_000
/** One alert, and its count at most this often, however many photos come. */
const intervalMs = 15 * minuteMs
/** What comes within a day of the last is still the same alert. */
const resolveAfterMs = 24 * 60 * minuteMs

/** The rules of one account. Without a target they tell nobody: the alerts still stand on its page. */
export function accountRules(
  accountId: string,
  targets: readonly AlertTarget[],
  quietHours: QuietHours | undefined,
): readonly Rule[] {
  const to = (content: AlertContentChoice): readonly Target[] =>
    targets.map((target) => ({ channel: channelNameOf(target, content), destination: target.destination }))
  const calm = { groupIntervalMs: intervalMs, resolveAfterMs, quietHours }
  const used = [...new Set(targets.flatMap(({ channel }) => channelNamesOf(channel)))]
  return [
    ...contentChoices.map((content) => ({
      ...calm,
      name: `intruder.${accountId}.${content}`,
      match: { type: intruderType, labels: { owner: accountId, content } },
      groupBy: ["device"],
      to: to(content),
    })),
    {
      ...calm,
      name: `logins.${accountId}`,
      match: { type: "login.failed.account", labels: { owner: accountId } },
      to: to("link"),
    },
    {
      ...calm,
      name: `devices.${accountId}`,
      match: { type: deviceCaptureType, labels: { owner: accountId } },
      groupBy: ["device"],
      to: to("link"),
    },
    {
      ...calm,
      name: `channels.${accountId}`,
      match: { type: "alerts.channel-dead", labels: { channel: used } },
      groupBy: ["channel"],
      to: to("link"),
    },
  ]
}

/**
 * The same work for failed logins at handles that do not exist, and for what is nobody's: else the time of the next answer
 * would tell which do.
 */
export const nobodysRule: Rule = {
  name: `logins.${nobody}`,
  match: { type: "login.failed.*", labels: { owner: nobody } },
  groupIntervalMs: intervalMs,
  resolveAfterMs,
  to: [],
}

/** Whose rule it is, and about what. */
export function ruleOwner(rule: string): { readonly kind: AlertKind; readonly accountId: string } | undefined {
  const [name, accountId = ""] = rule.split(".")
  const kind = alertKinds.find((known) => known === name)
  return kind === undefined ? undefined : { kind, accountId }
}
