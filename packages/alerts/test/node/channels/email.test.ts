import { execFileSync } from "node:child_process"
import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { generateKeyPair, seal } from "@darkslide/crypto"
import PostalMime from "postal-mime"
import { describe, expect, test } from "vitest"
import type { Notification } from "../../../src/engine/notification.ts"
import { AlertsError } from "../../../src/errors.ts"
import { memoryStore } from "../../../src/memory/memory-store.ts"
import { createAlerts } from "../../../src/engine/alerts.ts"
import { emailChannel, type EmailOptions } from "../../../src/node/channels/email.ts"
import { login, startMailServer, type MailServer } from "../email/mail-server.ts"
import { attachment, notification } from "../../notification.ts"
import { makeCertificate } from "../../test-certificate.ts"

const certificate = makeCertificate()
const jpeg = new Uint8Array([
  0xff,
  0xd8,
  0xff,
  0xe0,
  ...Array.from({ length: 5000 }, (_, index) => index % 256),
  0xff,
  0xd9,
])
const base = (server: MailServer): EmailOptions => ({
  host: "127.0.0.1",
  port: server.port,
  serverName: "localhost",
  ca: certificate.cert,
  login,
  from: { name: "Alerts", address: "alerts@darkslide.example" },
})
const send = async (options: EmailOptions, shown: Notification = notification(), destination = "robin@example.org") => {
  const channel = emailChannel(options)
  try {
    await channel.deliver(shown, { destination, idempotencyKey: "k", signal: AbortSignal.timeout(8000) })
  } finally {
    channel.close()
  }
}
const has = (command: string, args: readonly string[]) => {
  try {
    execFileSync(command, args, { stdio: "ignore" })
    return true
  } catch {
    // Not installed: the test says so in its name.
    return false
  }
}
const hasDkim = has("/usr/bin/python3", ["-c", "import dkim"])
const hasAge = has("age", ["--version"])

describe("emailChannel()", () => {
  test("mails words and a link, over STARTTLS and a login, as another library reads them", async () => {
    await using server = await startMailServer(certificate)
    await send(base(server), notification({ total: 3, title: "Größe <b>&</b> Ärger" }))
    const [mail] = server.received
    expect(mail).toMatchObject({ from: "alerts@darkslide.example", to: ["robin@example.org"], isSecure: true })
    const parsed = await PostalMime.parse(mail?.raw ?? "")
    expect(parsed).toMatchObject({
      subject: "Größe <b>&</b> Ärger",
      from: { name: "Alerts", address: "alerts@darkslide.example" },
      to: [{ address: "robin@example.org" }],
      attachments: [],
    })
    for (const words of ["At the back door", "3 events so far", "https://app.example/#k=secret"]) {
      expect(parsed.text).toContain(words)
      expect(parsed.html).toContain(words)
    }
    expect(parsed.html).toContain("Größe &lt;b&gt;&amp;&lt;/b&gt; Ärger")
    expect(mail?.raw.toString()).toMatch(/^Auto-Submitted: auto-generated\r$/mu)
  })

  test("Python's parser reads the same", async () => {
    await using server = await startMailServer(certificate)
    const shown = notification({ title: "Größe", picture: attachment("p.jpg", "image/jpeg", jpeg) })
    await send(base(server), shown)
    const script = [
      "import sys, json, hashlib, email, email.policy",
      "m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)",
      "parts = [(p.get_content_type(), hashlib.sha256(p.get_payload(decode=True)).hexdigest(), p['content-id']) for p in m.walk() if not p.is_multipart()]",
      "print(json.dumps([m['subject'], m['to'], [d.__class__.__name__ for d in m.defects], parts]))",
    ].join("\n")
    const said = execFileSync("python3", ["-c", script], { input: server.received[0]?.raw })
    const [subject, to, defects, parts] = JSON.parse(said.toString()) as [
      string,
      string,
      string[],
      [string, string, string][],
    ]
    expect([subject, to, defects]).toEqual(["Größe", "robin@example.org", []])
    expect(parts.map(([type]) => type)).toEqual(["text/plain", "text/html", "image/jpeg"])
    expect(parts[2]?.[2]).toBe("<picture@darkslide>")
  })

  test("the picture stands in the text by its content id, byte for byte, only where it was given", async () => {
    await using server = await startMailServer(certificate)
    await send(base(server), notification({ picture: attachment("p.jpg", "image/jpeg", jpeg) }))
    const parsed = await PostalMime.parse(server.received[0]?.raw ?? "")
    expect(parsed.html).toContain("cid:picture@darkslide")
    const [picture] = parsed.attachments
    expect(picture).toMatchObject({ mimeType: "image/jpeg", contentId: "<picture@darkslide>", disposition: "inline" })
    expect(new Uint8Array(picture?.content as ArrayBuffer)).toEqual(jpeg)
  })

  test.skipIf(!hasAge)("the sealed attachment opens with age to the very JPEG (age installed)", async () => {
    await using server = await startMailServer(certificate)
    const me = generateKeyPair()
    const sealed = await seal(jpeg, { to: [me.recipient] })
    await send(base(server), notification({ sealed: attachment("photo.jpg.age", "application/age", sealed) }))
    const parsed = await PostalMime.parse(server.received[0]?.raw ?? "")
    expect(parsed.attachments[0]).toMatchObject({ filename: "photo.jpg.age", disposition: "attachment" })
    const folder = mkdtempSync(join(tmpdir(), "alerts-mail-"))
    writeFileSync(join(folder, "key"), `${me.toString()}\n`)
    writeFileSync(join(folder, "sealed.age"), new Uint8Array(parsed.attachments[0]?.content as ArrayBuffer))
    execFileSync("age", ["-d", "-i", join(folder, "key"), "-o", join(folder, "photo.jpg"), join(folder, "sealed.age")])
    expect(new Uint8Array(readFileSync(join(folder, "photo.jpg")))).toEqual(jpeg)
    rmSync(folder, { recursive: true })
  })

  test("by default a mail holds no picture, no name and no place", async () => {
    await using server = await startMailServer(certificate)
    const channel = emailChannel(base(server))
    const rules = [{ name: "r", match: { type: "*" }, to: [{ channel: "mail", destination: "robin@example.org" }] }]
    const alerts = createAlerts({ store: memoryStore(), channels: { mail: channel }, rules })
    const canary = "canary-53.5461-9.9874"
    const bytes = new TextEncoder().encode(canary)
    const file = { name: "a.bin", mediaType: "image/jpeg", bytes }
    await alerts.observe({
      type: "motion.seen",
      title: "Something moved",
      text: "At the back door",
      details: { user: canary },
      picture: file,
      clip: file,
      sealed: file,
      labels: { user: canary },
    })
    await alerts.deliverDue()
    channel.close()
    expect(server.received).toHaveLength(1)
    const parsed = await PostalMime.parse(server.received[0]?.raw ?? "")
    expect(parsed.attachments).toEqual([])
    const whole = [server.received[0]?.raw.toString(), parsed.text, parsed.html].join("\n")
    for (const spelling of [canary, Buffer.from(canary).toString("base64"), Buffer.from(canary).toString("base64url")])
      expect(whole).not.toContain(spelling.slice(0, 12))
  })

  test("one alert is one thread; the same mail again has the same Message-ID, another reader's another", async () => {
    await using server = await startMailServer(certificate)
    for (const revision of [1, 1, 2]) await send(base(server), notification({ revision }))
    await send(base(server), notification(), "kim@example.org")
    const [first, again, second, other] = await Promise.all(
      server.received.map(async ({ raw }) => await PostalMime.parse(raw)),
    )
    expect(first?.messageId).toMatch(/^<[\w-]{22}\.1@darkslide\.example>$/u)
    expect(again?.messageId).toBe(first?.messageId)
    expect(first?.inReplyTo).toBeUndefined()
    expect(second).toMatchObject({ inReplyTo: first?.messageId, references: first?.messageId })
    expect(other?.messageId).not.toBe(first?.messageId)
    expect(server.received[0]?.raw.toString()).not.toContain(notification().alert)
  })

  test.skipIf(!hasDkim)(
    "its DKIM signature holds for an independent verifier, and not over another body (python3-dkim)",
    async () => {
      await using server = await startMailServer(certificate)
      const pair = generateKeyPairSync("rsa", { modulusLength: 2048 })
      const privateKey = pair.privateKey.export({ type: "pkcs8", format: "pem" })
      const publicKey = pair.publicKey.export({ type: "spki", format: "der" }).toString("base64")
      await send({
        ...base(server),
        dkim: { domain: "darkslide.example", selector: "s1", privateKey: String(privateKey) },
      })
      const script = [
        "import sys, dkim",
        "key = sys.argv[1].encode()",
        "zone = {b's1._domainkey.darkslide.example.': b'v=DKIM1; k=rsa; p=' + key}",
        "print(dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda name, timeout=5: zone.get(name)))",
      ].join("\n")
      const verify = (input: string) =>
        execFileSync("/usr/bin/python3", ["-c", script, publicKey], { input }).toString().trim()
      const raw = server.received[0]?.raw.toString("latin1") ?? ""
      expect(verify(raw)).toBe("True")
      expect(verify(raw.replace("back door", "front door"))).toBe("False")
      expect(verify(raw.replace("Subject: Something", "Subject: Nothing"))).toBe("False")
    },
  )

  test("no field can write a header or add a reader", async () => {
    await using server = await startMailServer(certificate)
    const evil = "x\r\nBcc: evil@example.org\r\nX-Evil: 1\r\n\r\nbody"
    await send(
      {
        ...base(server),
        from: { name: evil, address: "alerts@darkslide.example" },
        unsubscribe: () => `https://a.example/\r\nX-Evil: 1`,
      },
      notification({
        title: evil,
        items: [{ at: 0, title: evil, text: evil }],
        details: { [evil]: evil },
        sealed: attachment('a"; x="\r\nX-Evil: 1', "application/age\r\nX-Evil: 1", jpeg),
      }),
    )
    const [mail] = server.received
    expect(mail?.to).toEqual(["robin@example.org"])
    const [headers = ""] = (mail?.raw.toString() ?? "").split("\r\n\r\n")
    expect(headers).not.toMatch(/^(?:bcc|x-evil):/imu)
    expect(mail?.raw.toString()).not.toMatch(/^X-Evil:/mu)
  })

  test("refuses what is not one plain address", async () => {
    await using server = await startMailServer(certificate)
    const bad = [
      "",
      "robin",
      "@example.org",
      "robin@",
      "robin@example.org, evil@example.org",
      "robin@example.org;evil@example.org",
      "Robin <robin@example.org>",
      "<robin@example.org>",
      "robin@example.org(evil)@evil.org",
      "robin(comment)@example.org",
      '"robin evil"@example.org',
      '"evil@evil.org x"@example.org',
      "robin@example.org\r\nRCPT TO:<evil@example.org>",
      "robin@example.org\0",
      "robin @example.org",
      "robin@@example.org",
      "ro..bin@example.org",
      ".robin@example.org",
      "robin@-example.org",
      "robin@example..org",
      "robin@[127.0.0.1]",
      "robin@127.0.0.1",
      "@a.org:robin@example.org",
      `${"x".repeat(65)}@example.org`,
      `robin@${"x".repeat(250)}.org`,
    ]
    const refused = { code: "ALERTS_ADDRESS_REFUSED", isFinal: true }
    for (const address of bad) await expect(send(base(server), notification(), address)).rejects.toMatchObject(refused)
    expect(server.connections()).toBe(0)
    for (const address of ["r.o'bin+tag@mail.example.org", "robin@bücher.example"])
      await send(base(server), notification(), address)
    const readers = server.received.map(({ raw }) => /^To: (.+)\r$/mu.exec(raw.toString())?.[1])
    expect(readers).toEqual(["r.o'bin+tag@mail.example.org", "robin@xn--bcher-kva.example"])
  })

  test.each([
    [450, { code: "ALERTS_FAILED", isFinal: false, status: 450 }],
    [550, { code: "ALERTS_REJECTED", isFinal: true, status: 550 }],
    [552, { code: "ALERTS_TOO_LARGE", isFinal: true }],
  ])("a server that answers %i to the reader or the mail", async (responseCode, error) => {
    const answer = Object.assign(new Error("said no"), { responseCode })
    await using atRecipient = await startMailServer(certificate, { onRcptTo: (_, __, done) => done(answer) })
    await expect(send(base(atRecipient))).rejects.toMatchObject(error)
    await using atData = await startMailServer(certificate, {
      onData: (stream, _, done) => {
        stream.resume()
        stream.on("end", () => done(answer))
      },
    })
    await expect(send(base(atData))).rejects.toMatchObject(error)
  })

  test("a refused login, a certificate that is wrong, no TLS, and nobody there may all be put right", async () => {
    await using server = await startMailServer(certificate)
    const wrongLogin = { ...base(server), login: { ...login, password: "wrong" } }
    await expect(send(wrongLogin)).rejects.toMatchObject({ code: "ALERTS_FAILED", status: 535, isFinal: false })
    const unreachable = { code: "ALERTS_UNREACHABLE", isFinal: false }
    await expect(send({ ...base(server), ca: makeCertificate().cert })).rejects.toMatchObject(unreachable)
    await expect(send({ ...base(server), serverName: "mail.example.org" })).rejects.toMatchObject(unreachable)
    await expect(send({ ...base(server), port: 9 })).rejects.toMatchObject(unreachable)
    await using plain = await startMailServer(certificate, { disabledCommands: ["STARTTLS"] })
    await expect(send(base(plain))).rejects.toMatchObject({ isFinal: false })
    expect(plain.received).toEqual([])
  })

  test("a server that never says a word is left when the time is over", async () => {
    const sockets: { destroy(): void }[] = []
    const tarpit = createServer((socket) => void sockets.push(socket))
    await new Promise<void>((resolve) => tarpit.listen(0, "127.0.0.1", resolve))
    const { port } = tarpit.address() as AddressInfo
    const channel = emailChannel({ host: "127.0.0.1", port, security: "none", from: { address: "a@b.org" } })
    const options = { destination: "robin@example.org", idempotencyKey: "k", signal: AbortSignal.timeout(100) }
    await expect(channel.deliver(notification(), options)).rejects.toMatchObject({ name: "TimeoutError" })
    channel.close()
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => tarpit.close(() => resolve()))
  })

  test("while the server is down nothing is lost, and nothing comes twice once it is back", async () => {
    let isDown = true
    const busy = Object.assign(new Error("come back"), { responseCode: 421 })
    await using server = await startMailServer(certificate, {
      onMailFrom: (_, __, done) => (isDown ? done(busy) : done()),
    })
    const mail = emailChannel(base(server))
    const rules = [
      { name: "r", match: { type: "*" }, groupBy: ["n"], to: [{ channel: "mail", destination: "robin@example.org" }] },
    ]
    const channels = { mail: { ...mail, backoff: { baseMs: 5, capMs: 20 }, breakAfter: 1000 } }
    const stop = new AbortController()
    const alerts = createAlerts({ store: memoryStore(), channels, rules })
    const running = alerts.run({ signal: stop.signal })
    for (let n = 0; n < 20; n += 1) await alerts.observe({ type: "x", title: `Mail ${n}`, labels: { n: String(n) } })
    await expect.poll(() => alerts.health()["mail"]).toMatchObject({ state: "failing", code: "ALERTS_FAILED" })
    isDown = false
    await expect.poll(() => server.received.length, { timeout: 15_000 }).toBe(20)
    stop.abort()
    await running
    mail.close()
    expect(new Set(server.received.map(({ raw }) => /^Message-ID: (.+)\r$/imu.exec(raw.toString())?.[1])).size).toBe(20)
  })

  test("refuses a sender that is no address", () => {
    expect(() => emailChannel({ host: "localhost", from: { address: "Alerts <a@b.org>" } })).toThrow(AlertsError)
  })
})
