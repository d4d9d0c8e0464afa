import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto"
import fc from "fast-check"
import { Webhook } from "standardwebhooks"
import { describe, expect, test } from "vitest"
import { signWebhook, verifyWebhook } from "../../src/webhook/standard-webhooks.ts"
import { generateWebhookKeyPair, generateWebhookSecret, parseWebhookKey } from "../../src/webhook/webhook-key.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const now = Date.now()
const invalid = { code: "ALERTS_SIGNATURE_INVALID" }

describe("Standard Webhooks", () => {
  test("the example of the specification", async () => {
    const keys = [parseWebhookKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    const body = bytes('{"test": 2432232314}')
    const id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    const headers = await signWebhook(body, { id, at: 1_614_265_330_000, keys })
    expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    expect(headers["webhook-timestamp"]).toBe("1614265330")
  })

  test("what we sign, the reference library verifies; what it signs, we verify", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.stringMatching(/^[\w.-]{1,60}$/u), async (json, id) => {
        const secret = generateWebhookSecret()
        const keys = [parseWebhookKey(secret)]
        const reference = new Webhook(secret)
        const ours = await signWebhook(bytes(json), { id, at: now, keys })
        expect(reference.verify(json, { ...ours })).toEqual(JSON.parse(json))
        const theirs = new Headers({
          "webhook-id": id,
          "webhook-timestamp": String(Math.floor(now / 1000)),
          "webhook-signature": reference.sign(id, new Date(now), json),
        })
        expect(await verifyWebhook(bytes(json), { headers: theirs, keys, now })).toMatchObject({ id })
      }),
      { numRuns: 50 },
    )
  })

  test("v1a: what we sign, OpenSSL verifies, and the other way round", async () => {
    const pair = generateWebhookKeyPair()
    const keys = [parseWebhookKey(pair.secret)]
    const headers = await signWebhook(bytes("{}"), { id: "msg_1", at: now, keys })
    const signed = bytes(`msg_1.${headers["webhook-timestamp"]}.{}`)
    const raw = Buffer.from(pair.public.slice("whpk_".length), "base64")
    const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw])
    const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" })
    const [version, signature = ""] = headers["webhook-signature"].split(",")
    expect(version).toBe("v1a")
    expect(verify(null, signed, publicKey, Buffer.from(signature, "base64"))).toBe(true)

    const seed = Buffer.from(pair.secret.slice("whsk_".length), "base64")
    const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed])
    const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" })
    const theirs = `v1a,${sign(null, signed, privateKey).toString("base64")}`
    const receiver = [parseWebhookKey(pair.public)]
    const given = new Headers({ ...headers, "webhook-signature": theirs })
    expect(await verifyWebhook(bytes("{}"), { headers: given, keys: receiver, now })).toMatchObject({ id: "msg_1" })
  })

  test("a rotation: signed by both keys, verified with either, and by the reference library", async () => {
    const [older, newer] = [generateWebhookSecret(), generateWebhookSecret()]
    const pair = generateWebhookKeyPair()
    const keys = [newer, older, pair.secret].map(parseWebhookKey)
    const headers = await signWebhook(bytes("{}"), { id: "m", at: now, keys })
    for (const one of [older, newer, pair.public])
      expect(
        await verifyWebhook(bytes("{}"), { headers: new Headers({ ...headers }), keys: [parseWebhookKey(one)], now }),
      ).toMatchObject({ id: "m" })
    expect(new Webhook(older).verify("{}", { ...headers })).toEqual({})
    expect(new Webhook(newer).verify("{}", { ...headers })).toEqual({})
  })

  test("refuses what was changed, replayed, or signed by another", async () => {
    const keys = [parseWebhookKey(generateWebhookSecret())]
    const body = bytes('{"a":1}')
    const headers = new Headers({ ...(await signWebhook(body, { id: "m", at: now, keys })) })
    const changed = (name: string, value: string) => {
      const copy = new Headers(headers)
      copy.set(name, value)
      return copy
    }
    const attempts: readonly [Uint8Array, Headers, number][] = [
      [bytes('{"a":2}'), headers, now],
      [body, changed("webhook-id", "n"), now],
      [body, changed("webhook-timestamp", String(Math.floor(now / 1000) + 1)), now],
      [body, changed("webhook-timestamp", "1e9"), now],
      [body, changed("webhook-signature", "v1,"), now],
      [body, changed("webhook-signature", "v1a,AAAA"), now],
      [body, changed("webhook-signature", "v1,???? v2,AAAA"), now],
      [body, headers, now + 6 * 60_000],
      [body, headers, now - 6 * 60_000],
      [body, new Headers(), now],
    ]
    for (const [sent, given, at] of attempts)
      await expect(verifyWebhook(sent, { headers: given, keys, now: at })).rejects.toMatchObject(invalid)
    const others = [parseWebhookKey(generateWebhookSecret())]
    await expect(verifyWebhook(body, { headers, keys: others, now })).rejects.toMatchObject(invalid)
  })

  test("refuses keys that are none, and signing without one that signs", async () => {
    for (const text of ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whpk_AAAA", "whsk_!!!!"])
      expect(() => parseWebhookKey(text)).toThrow(expect.objectContaining({ code: "ALERTS_MALFORMED" }))
    const { public: half } = generateWebhookKeyPair()
    await expect(signWebhook(bytes(""), { id: "m", at: now, keys: [parseWebhookKey(half)] })).rejects.toThrow(
      RangeError,
    )
    await expect(signWebhook(bytes(""), { id: "a b", at: now, keys: [] })).rejects.toThrow(RangeError)
  })
})
