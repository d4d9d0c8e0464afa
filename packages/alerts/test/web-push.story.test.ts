import { createECDH, randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { stripTypeScriptTypes } from "node:module"
import type { AddressInfo } from "node:net"
import ece from "http_ece"
import { chromium } from "playwright"
import { expect, test } from "vitest"
import { createAlerts } from "../src/engine/alerts.ts"
import { memoryStore } from "../src/memory/memory-store.ts"
import { webPushChannel } from "../src/node/channels/web-push.ts"
import { generateVapidKeys } from "../src/node/web-push/vapid.ts"
import { startReceiver } from "./http-receiver.ts"
import { makeCertificate } from "./test-certificate.ts"

const source = readFileSync(new URL("../src/service-worker.ts", import.meta.url), "utf8")
const files: Readonly<Record<string, readonly [string, string]>> = {
  "/": ["text/html", "<!doctype html><title>a page</title>"],
  "/service-worker.js": ["text/javascript", stripTypeScriptTypes(source)],
  "/worker.js": [
    "text/javascript",
    `import { toBrowserNotification } from "./service-worker.js"
     self.addEventListener("install", () => self.skipWaiting())
     self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()))
     self.addEventListener("push", (event) => {
       const shown = toBrowserNotification(event.data.text())
       if (shown !== undefined) event.waitUntil(self.registration.showNotification(shown.title, shown.options))
     })`,
  ],
}

async function startPage(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    const [type, body] = files[request.url ?? ""] ?? ["text/plain", ""]
    response.writeHead(200, { "content-type": type }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { url, [Symbol.asyncDispose]: async () => void server.close() }
}

test("an alert is shown by the service worker of a page, and updated in place; the push service reads none of it", async () => {
  const certificate = makeCertificate()
  await using page = await startPage()
  await using pushService = await startReceiver(certificate)
  const pair = createECDH("prime256v1")
  const p256dh = pair.generateKeys("base64url")
  const auth = randomBytes(16)
  const keys = { p256dh, auth: auth.toString("base64url") }
  const destination = JSON.stringify({ endpoint: `${pushService.url}send/1`, keys })

  const options = { vapid: generateVapidKeys(), subject: "mailto:a@b.org", ca: certificate.cert, allow: ["127.0.0.1"] }
  const rules = [{ name: "r", match: { type: "motion.*" }, to: [{ channel: "push", destination }] }]
  const alerts = createAlerts({ store: memoryStore(), channels: { push: webPushChannel(options) }, rules })

  const executablePath = process.env["CHROMIUM_PATH"]
  await using browser = await chromium.launch(executablePath === undefined ? {} : { executablePath })
  const context = await browser.newContext({ permissions: ["notifications"] })
  const tab = await context.newPage()
  await tab.goto(page.url)
  const session = await context.newCDPSession(tab)
  const registered = Promise.withResolvers<string>()
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const [registration] = registrations
    if (registration !== undefined) registered.resolve(registration.registrationId)
  })
  await session.send("ServiceWorker.enable")
  await tab.evaluate(async () => {
    await navigator.serviceWorker.register("/worker.js", { type: "module" })
    const { active } = await navigator.serviceWorker.ready
    while (active?.state !== "activated")
      await new Promise((resolve) => active?.addEventListener("statechange", resolve))
  })
  const registrationId = await registered.promise
  /** What the browser does with a push that its push service hands it. */
  const handOver = async () => {
    const body = pushService.received.at(-1)?.body ?? new Uint8Array()
    const opened = ece.decrypt(Buffer.from(body), { version: "aes128gcm", privateKey: pair, authSecret: auth })
    const origin = new URL(page.url).origin
    await session.send("ServiceWorker.deliverPushMessage", {
      origin,
      registrationId,
      data: Buffer.from(opened).toString(),
    })
  }
  /** The debugger's push is lost without a word where the browser was not ready for it: it is handed over until it shows. */
  const shown = async () => {
    await handOver()
    return await tab.evaluate(async () => {
      const { getNotifications } = ServiceWorkerRegistration.prototype
      const registration = await navigator.serviceWorker.ready
      return (await getNotifications.call(registration)).map(({ title, body, tag }) => ({ title, body, tag }))
    })
  }

  const [observed] = await alerts.observe({
    type: "motion.seen",
    id: "e1",
    title: "Something moved",
    text: "At the back door",
  })
  await alerts.deliverDue()
  await expect.poll(shown).toEqual([{ title: "Something moved", body: "At the back door", tag: observed?.alert }])

  await alerts.attach("e1", { text: "A cat, most likely" })
  await alerts.deliverDue()
  await expect
    .poll(shown)
    .toEqual([{ title: "Updated: Something moved", body: "A cat, most likely", tag: observed?.alert }])

  expect(pushService.received).toHaveLength(2)
  for (const { body, headers } of pushService.received)
    for (const word of ["moved", "back door", "most likely"]) {
      expect(Buffer.from(body).includes(word)).toBe(false)
      expect(JSON.stringify(headers)).not.toContain(word)
    }
})
