import { createECDH, createPrivateKey, createPublicKey, randomBytes, verify } from "node:crypto"
import fc from "fast-check"
import ece from "http_ece"
import { describe, expect, test } from "vitest"
import webPush from "web-push"
import { webPushChannel } from "../../../src/node/channels/web-push.ts"
import { encryptPush, maxPushBytes } from "../../../src/node/web-push/encrypt-push.ts"
import { parseSubscription } from "../../../src/node/web-push/push-subscription.ts"
import { generateVapidKeys, VapidSigner } from "../../../src/node/web-push/vapid.ts"
import { startReceiver } from "../../http-receiver.ts"
import { attachment, notification } from "../../notification.ts"
import { makeCertificate } from "../../test-certificate.ts"
import { TravellingClock } from "../../travelling-clock.ts"

const fromText = (text: string) => new Uint8Array(Buffer.from(text, "base64url"))
const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url")

/** RFC 8291 section 5 and appendix A. */
const rfc8291 = {
  plaintext: "When I grow up, I want to be a watermelon",
  privateKey: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
  receiverKey: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  authSecret: "BTBZMqHH6r4Tts7J_aSIgg",
  salt: "DGv6ra1nlYgDCS1FRnbzlw",
  body:
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl" +
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
}
/** RFC 8292 section 2.4. */
const rfc8292 = {
  token:
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6" +
    "Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA",
  publicKey: "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs",
}

const certificate = makeCertificate()

function browser() {
  const pair = createECDH("prime256v1")
  pair.generateKeys()
  const authSecret = new Uint8Array(randomBytes(16))
  const receiver = { publicKey: new Uint8Array(pair.getPublicKey()), authSecret }
  const subscription = (endpoint: string) =>
    JSON.stringify({
      endpoint,
      expirationTime: null,
      keys: { p256dh: toText(receiver.publicKey), auth: toText(authSecret) },
    })
  const open = (body: Uint8Array) =>
    new Uint8Array(
      ece.decrypt(Buffer.from(body), { version: "aes128gcm", privateKey: pair, authSecret: Buffer.from(authSecret) }),
    )
  const target = parseSubscription(subscription("https://push.example/1"))
  return { target, subscription, open }
}

function verifyToken(token: string, publicKey: string): boolean {
  const [header, claims, signature = ""] = token.split(".")
  const point = fromText(publicKey)
  const key = { kty: "EC", crv: "P-256", x: toText(point.subarray(1, 33)), y: toText(point.subarray(33)) }
  const signed = Buffer.from(`${header}.${claims}`)
  const options = { key: createPublicKey({ format: "jwk", key }), dsaEncoding: "ieee-p1363" } as const
  return verify("sha256", signed, options, fromText(signature))
}

describe("encryptPush()", () => {
  test("the vector of RFC 8291, byte for byte", () => {
    const { plaintext, privateKey, receiverKey, authSecret, salt, body } = rfc8291
    const keys = { p256dh: receiverKey, auth: authSecret }
    const receiver = parseSubscription(JSON.stringify({ endpoint: "https://push.example/1", keys }))
    const pair = createECDH("prime256v1")
    pair.setPrivateKey(fromText(privateKey))
    const [x, y] = [toText(pair.getPublicKey().subarray(1, 33)), toText(pair.getPublicKey().subarray(33))]
    const jwk = { kty: "EC", crv: "P-256", x, y, d: privateKey }
    const ours = createPrivateKey({ format: "jwk", key: jwk })
    const random = { salt: fromText(salt), privateKey: ours, publicKey: createPublicKey(ours) }
    expect(toText(encryptPush(new TextEncoder().encode(plaintext), receiver, { random }))).toBe(body)
  })

  test("another library opens what it makes, of any length and padding", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: maxPushBytes }), fc.integer({ min: 0, max: 5000 }), (plaintext, padTo) => {
        const { target, open } = browser()
        const body = encryptPush(plaintext, target, { padTo })
        expect(open(body)).toEqual(plaintext)
        expect(body.length).toBe(86 + 17 + Math.max(plaintext.length, Math.min(padTo, maxPushBytes)))
        expect(body.length).toBeLessThanOrEqual(4096)
      }),
      { numRuns: 40 },
    )
  })

  test("refuses more than a push service must take", () => {
    expect(() => encryptPush(new Uint8Array(maxPushBytes + 1), browser().target)).toThrow(
      expect.objectContaining({ code: "ALERTS_TOO_LARGE" }),
    )
  })
})

describe("VAPID", () => {
  test("writes header and claims as the example of RFC 8292, whose signature holds", () => {
    expect(verifyToken(rfc8292.token, rfc8292.publicKey)).toBe(true)
    const keys = generateVapidKeys()
    const signer = new VapidSigner(keys, "mailto:push@example.com")
    const header = signer.authorization(
      "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
      (1_453_523_768 - 12 * 3600) * 1000,
    )
    const [, token = "", key] = /^vapid t=(.+), k=(.+)$/u.exec(header) ?? []
    expect(token.split(".").slice(0, 2)).toEqual(rfc8292.token.split(".").slice(0, 2))
    expect(key).toBe(keys.publicKey)
    expect(verifyToken(token, keys.publicKey)).toBe(true)
  })

  test("one token serves an origin for half its life, not after the clock was set back", () => {
    const clock = new TravellingClock()
    const signer = new VapidSigner(generateVapidKeys(), "https://example.org/about")
    const header = () => signer.authorization("https://push.example/1", clock.now())
    const first = header()
    expect(signer.authorization("https://push.example/2", clock.now())).toBe(first)
    expect(signer.authorization("https://other.example/2", clock.now())).not.toBe(first)
    clock.travel(5 * 3_600_000)
    expect(header()).toBe(first)
    clock.travel(2 * 3_600_000)
    const second = header()
    expect(second).not.toBe(first)
    clock.travel(-48 * 3_600_000)
    expect(header()).not.toBe(second)
  })

  test("keys of web-push work, ours work there, and what is no pair is refused", () => {
    expect(() => new VapidSigner(webPush.generateVAPIDKeys(), "mailto:a@b.org")).not.toThrow()
    for (let count = 0; count < 20; count += 1) {
      const { publicKey, privateKey } = generateVapidKeys()
      expect(() => webPush.setVapidDetails("mailto:a@b.org", publicKey, privateKey)).not.toThrow()
    }
    const [one, other] = [generateVapidKeys(), generateVapidKeys()]
    const bad = [
      { ...one, privateKey: other.privateKey },
      { ...one, privateKey: "" },
      { ...one, privateKey: "A".repeat(43) },
      { publicKey: "x", privateKey: "y" },
    ]
    for (const keys of bad)
      expect(() => new VapidSigner(keys, "mailto:a@b.org")).toThrow(
        expect.objectContaining({ code: "ALERTS_MALFORMED" }),
      )
    for (const subject of ["", "a@b.org", "http://a.org", "mailto:a b@c"])
      expect(() => new VapidSigner(one, subject)).toThrow(expect.objectContaining({ code: "ALERTS_MALFORMED" }))
  })
})

describe("parseSubscription()", () => {
  test("refuses what no browser gives", () => {
    const { subscription } = browser()
    const whole = JSON.parse(subscription("https://push.example/1")) as { keys: { p256dh: string; auth: string } }
    expect(parseSubscription(JSON.stringify(whole)).authSecret).toHaveLength(16)
    const bad = [
      "",
      "null",
      "[]",
      "{}",
      JSON.stringify({ ...whole, endpoint: "push" }),
      JSON.stringify({ ...whole, endpoint: 1 }),
      JSON.stringify({ ...whole, keys: { ...whole.keys, auth: "AAAA" } }),
      JSON.stringify({ ...whole, keys: { ...whole.keys, p256dh: "AAAA" } }),
      JSON.stringify({ ...whole, keys: { ...whole.keys, p256dh: toText(new Uint8Array(65).fill(4)) } }),
      JSON.stringify({ ...whole, keys: null }),
    ]
    for (const text of bad)
      expect(() => parseSubscription(text)).toThrow(expect.objectContaining({ code: "ALERTS_ADDRESS_REFUSED" }))
  })
})

describe("webPushChannel()", () => {
  const vapid = generateVapidKeys()
  const options = { vapid, subject: "mailto:a@b.org", allow: ["127.0.0.1"], ca: certificate.cert }
  const channel = webPushChannel(options)
  const signal = () => AbortSignal.timeout(5000)

  test("pushes what only the browser reads", async () => {
    await using receiver = await startReceiver(certificate)
    receiver.answer = (response) => void response.writeHead(201).end()
    const { subscription, open } = browser()
    const shown = notification({ severity: "critical" })
    await channel.deliver(shown, {
      destination: subscription(`${receiver.url}push/1`),
      idempotencyKey: "k",
      signal: signal(),
    })
    const [got] = receiver.received
    expect(JSON.parse(new TextDecoder().decode(open(got?.body ?? new Uint8Array())))).toEqual(shown)
    expect(Buffer.from(got?.body ?? []).includes("moved")).toBe(false)
    expect(got?.headers).toMatchObject({
      "content-encoding": "aes128gcm",
      ttl: "86400",
      urgency: "high",
      topic: "q3Jx1mWn8sT2vK5yB7cD9eFg",
    })
    const token = /^vapid t=(.+), k=/u.exec(got?.headers.authorization ?? "")?.[1] ?? ""
    expect(verifyToken(token, vapid.publicKey)).toBe(true)
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { aud: string }
    expect(claims.aud).toBe(receiver.url.slice(0, -1))
  })

  test("leaves out what does not fit: files, then earlier events, then the age file, then words", async () => {
    await using receiver = await startReceiver(certificate)
    const { subscription, open } = browser()
    const destination = subscription(receiver.url)
    const push = async (more: object) => {
      await channel.deliver(notification(more), { destination, idempotencyKey: "k", signal: signal() })
      const body = receiver.received.at(-1)?.body ?? new Uint8Array()
      return JSON.parse(new TextDecoder().decode(open(body))) as Record<string, unknown>
    }
    const file = (bytes: number) => attachment("a.age", "application/age", new Uint8Array(bytes))
    expect(await push({ picture: file(10), clip: file(10) })).not.toHaveProperty("picture")
    expect(await push({ sealed: file(500) })).toHaveProperty("sealed")
    const items = Array.from({ length: 10 }, () => ({ at: 1, title: "x".repeat(200), text: "y".repeat(300) }))
    expect(await push({ items, sealed: file(500) })).toMatchObject({ items: [], sealed: {} })
    expect(await push({ sealed: file(5000) })).not.toHaveProperty("sealed")
    expect(await push({ text: "é".repeat(2000) })).toMatchObject({ title: "Something moved", items: [] })
  })

  test.each([
    [404, { code: "ALERTS_GONE", isFinal: true }],
    [410, { code: "ALERTS_GONE", isFinal: true }],
    [413, { code: "ALERTS_TOO_LARGE", isFinal: true }],
    [403, { code: "ALERTS_REJECTED", isFinal: true }],
    [429, { code: "ALERTS_THROTTLED", isFinal: false, retryAfterMs: 30_000 }],
    [500, { code: "ALERTS_FAILED", isFinal: false }],
  ])("a push service that answers %i", async (status, error) => {
    await using receiver = await startReceiver(certificate)
    receiver.answer = (response) => void response.writeHead(status, status === 429 ? { "retry-after": "30" } : {}).end()
    const destination = browser().subscription(receiver.url)
    await expect(
      channel.deliver(notification(), { destination, idempotencyKey: "k", signal: signal() }),
    ).rejects.toMatchObject(error)
  })

  test("refuses an endpoint inside", async () => {
    const guarded = webPushChannel({ vapid, subject: "mailto:a@b.org" })
    const destination = browser().subscription("https://169.254.169.254/latest")
    await expect(
      guarded.deliver(notification(), { destination, idempotencyKey: "k", signal: signal() }),
    ).rejects.toMatchObject({
      code: "ALERTS_ADDRESS_REFUSED",
    })
  })
})
