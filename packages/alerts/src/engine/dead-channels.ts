import type { ChannelHealth } from "../outbox/channel-health.ts"
import type { AlertEvent } from "./event.ts"

/** The rule by which a dead channel is told of; its group is the channel. */
export const deadChannelRule = "alerts.channel-dead"

/** One event for each channel that has been failing for longer than `deadAfterMs`: the same one as long as it lasts. */
export function deadChannels(
  health: Readonly<Record<string, ChannelHealth>>,
  now: number,
  deadAfterMs: number,
): readonly AlertEvent[] {
  return Object.entries(health).flatMap(([channel, state]) => {
    if (state.state !== "failing" || now - state.since < deadAfterMs) return []
    return [
      {
        type: "alerts.channel-dead",
        id: `${channel}.${state.since}`,
        severity: "critical",
        labels: { channel },
        title: `Alerts no longer leave through "${channel}"`,
        text: `Its last failure was ${state.code}.`,
      },
    ]
  })
}
