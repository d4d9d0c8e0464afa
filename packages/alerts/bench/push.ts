import { createECDH, randomBytes } from "node:crypto"
import { encryptPush, generateVapidKeys, parseSubscription } from "@darkslide/alerts/web-push"
import webPush from "web-push"
import { compare, type BenchRow } from "../../../tools/bench/bench.ts"
import { VapidSigner } from "../src/node/web-push/vapid.ts"

/** Beside web-push, by CPU time: a message encrypted, and the whole request with its VAPID token. */
export async function benchPush(): Promise<readonly BenchRow[]> {
  const pair = createECDH("prime256v1")
  const publicKey = new Uint8Array(pair.generateKeys())
  const authSecret = new Uint8Array(randomBytes(16))
  const keys = {
    p256dh: Buffer.from(publicKey).toString("base64url"),
    auth: Buffer.from(authSecret).toString("base64url"),
  }
  const endpoint = "https://push.example.org/abc"
  const target = parseSubscription(JSON.stringify({ endpoint, keys }))
  const text = JSON.stringify({ title: "Something moved", text: "x".repeat(300) })
  const plaintext = new TextEncoder().encode(text)
  const vapid = generateVapidKeys()
  const subject = "mailto:alerts@example.org"
  const signer = new VapidSigner(vapid, subject)
  const common = { runs: 2000, goal: 3, peerName: "web-push" }
  return [
    await compare({
      ...common,
      name: "encrypt a push (RFC 8291)",
      ours: async () => encryptPush(plaintext, target),
      peer: async () => webPush.encrypt(keys.p256dh, keys.auth, text, "aes128gcm"),
    }),
    await compare({
      ...common,
      name: "encrypt and authorize a push (RFC 8291, 8292)",
      ours: async () => [encryptPush(plaintext, target), signer.authorization(endpoint, Date.now())],
      peer: async () =>
        webPush.generateRequestDetails({ endpoint, keys }, text, { vapidDetails: { subject, ...vapid }, TTL: 60 }),
    }),
  ]
}
