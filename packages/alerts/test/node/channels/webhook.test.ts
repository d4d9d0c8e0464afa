import { Webhook } from "standardwebhooks"
import { describe, expect, test } from "vitest"
import { webhookChannel } from "../../../src/node/channels/webhook.ts"
import { generateWebhookSecret, parseWebhookKey } from "../../../src/webhook/webhook-key.ts"
import { startReceiver } from "../../http-receiver.ts"
import { attachment, notification } from "../../notification.ts"

const secret = generateWebhookSecret()
const channel = webhookChannel({ keys: [parseWebhookKey(secret)], allow: ["127.0.0.1"] })
const deliver = async (destination: string, more = {}) =>
  await channel.deliver(notification(more), { destination, idempotencyKey: "key-1", signal: AbortSignal.timeout(5000) })

describe("webhookChannel()", () => {
  test("posts what the reference library verifies, without files", async () => {
    await using receiver = await startReceiver()
    const picture = attachment("a.jpg", "image/jpeg", new TextEncoder().encode("canary"))
    await deliver(receiver.url, { picture, sealed: picture, clip: picture })
    const [got] = receiver.received
    const body = Buffer.from(got?.body ?? []).toString()
    const headers = got?.headers as Record<string, string>
    const verified = new Webhook(secret).verify(body, headers) as { type: string; data: object }
    expect(headers["webhook-id"]).toBe("key-1")
    expect(verified).toMatchObject({ type: "alert.new", timestamp: "2026-03-01T12:00:00.000Z" })
    expect(verified.data).toMatchObject({ title: "Something moved", link: "https://app.example/#k=secret" })
    expect(body).not.toContain(picture.base64)
  })

  test("keeps its body under 20 kB", async () => {
    await using receiver = await startReceiver()
    await deliver(receiver.url, {
      items: Array.from({ length: 10 }, () => ({ at: 1, title: "t", text: "é".repeat(2000) })),
    })
    expect(receiver.received[0]?.body.length).toBeLessThan(20_000)
  })

  test.each([
    [400, undefined, { code: "ALERTS_REJECTED", status: 400, isFinal: true }],
    [410, undefined, { code: "ALERTS_GONE", isFinal: true }],
    [413, undefined, { code: "ALERTS_TOO_LARGE", isFinal: true }],
    [302, undefined, { code: "ALERTS_FAILED", isFinal: false }],
    [404, undefined, { code: "ALERTS_FAILED", isFinal: false }],
    [500, undefined, { code: "ALERTS_FAILED", isFinal: false }],
    [429, "120", { code: "ALERTS_THROTTLED", retryAfterMs: 120_000, isFinal: false }],
    [429, undefined, { code: "ALERTS_THROTTLED", retryAfterMs: undefined }],
    [429, "soon", { code: "ALERTS_THROTTLED", retryAfterMs: undefined }],
    [503, "7", { code: "ALERTS_THROTTLED", retryAfterMs: 7000 }],
    [503, "Thu, 01 Jan 1970 00:00:00 GMT", { code: "ALERTS_THROTTLED", retryAfterMs: 0 }],
    [503, undefined, { code: "ALERTS_FAILED" }],
  ])("an answer of %i with Retry-After %s", async (status, retryAfter, error) => {
    await using receiver = await startReceiver()
    receiver.answer = (response) =>
      void response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end("no")
    await expect(deliver(receiver.url)).rejects.toMatchObject(error)
  })

  test("refuses a destination inside, at once where it is configured", async () => {
    const guarded = webhookChannel({ keys: [parseWebhookKey(secret)] })
    expect(() => guarded.checkDestination?.("ftp://example.com")).toThrow(
      expect.objectContaining({ code: "ALERTS_ADDRESS_REFUSED" }),
    )
    const options = { destination: "https://127.0.0.1/", idempotencyKey: "k", signal: AbortSignal.timeout(1000) }
    await expect(guarded.deliver(notification(), options)).rejects.toMatchObject({ code: "ALERTS_ADDRESS_REFUSED" })
  })

  test("signs with the keys of the destination", async () => {
    await using receiver = await startReceiver()
    const own = generateWebhookSecret()
    const keys = (destination: string) => [parseWebhookKey(destination.endsWith("/own") ? own : secret)]
    const options = { destination: `${receiver.url}own`, idempotencyKey: "k", signal: AbortSignal.timeout(5000) }
    await webhookChannel({ keys, allow: ["127.0.0.1"] }).deliver(notification(), options)
    const [got] = receiver.received
    const body = Buffer.from(got?.body ?? []).toString()
    expect(new Webhook(own).verify(body, got?.headers as Record<string, string>)).toBeTruthy()
  })
})
