import { describe, expect, test } from "vitest"
import { ntfyChannel } from "../../../src/node/channels/ntfy.ts"
import { startReceiver } from "../../http-receiver.ts"
import { notification } from "../../notification.ts"

const signal = () => AbortSignal.timeout(5000)

describe("ntfyChannel()", () => {
  test("publishes JSON to the server of a topic", async () => {
    await using receiver = await startReceiver()
    const channel = ntfyChannel({ allow: ["127.0.0.1"], token: "tk_1" })
    const destination = `${receiver.url}folder/my-topic`
    await channel.deliver(notification({ severity: "critical" }), {
      destination,
      idempotencyKey: "k",
      signal: signal(),
    })
    const [got] = receiver.received
    expect(got?.path).toBe("/folder/")
    expect(got?.headers.authorization).toBe("Bearer tk_1")
    expect(JSON.parse(Buffer.from(got?.body ?? []).toString())).toEqual({
      topic: "my-topic",
      title: "Something moved",
      message: "At the back door",
      priority: 5,
      click: "https://app.example/#k=secret",
      sequence_id: "q3Jx1mWn8sT2vK5yB7cD9eFg",
    })
  })

  test("cuts a long message at a whole character", async () => {
    await using receiver = await startReceiver()
    const channel = ntfyChannel({ allow: ["127.0.0.1"] })
    const options = { destination: `${receiver.url}t`, idempotencyKey: "k", signal: signal() }
    await channel.deliver(notification({ text: "😀".repeat(2000), details: { who: "x" } }), options)
    const { message } = JSON.parse(Buffer.from(receiver.received[0]?.body ?? []).toString()) as { message: string }
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096)
    expect(message).toMatch(/^(?:😀)+…$/u)
  })

  test("by default it shows nothing of an alert", () => {
    expect(ntfyChannel().defaultContent).toBe("none")
  })

  test("refuses what is no topic", () => {
    const channel = ntfyChannel()
    for (const url of [
      "https://ntfy.sh/",
      "https://ntfy.sh/a?b",
      "https://ntfy.sh/a#b",
      "https://ntfy.sh/a.b",
      "ntfy.sh/a",
    ])
      expect(() => channel.checkDestination?.(url)).toThrow(expect.objectContaining({ code: "ALERTS_ADDRESS_REFUSED" }))
    expect(() => channel.checkDestination?.("https://ntfy.sh/alerts_1-a")).not.toThrow()
  })
})
