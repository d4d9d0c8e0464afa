import { Agent, request } from "node:http"
import { createServer, type AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { createGuardedSender, type GuardOptions, type Lookup } from "../../../src/node/http/guarded-sender.ts"
import { isPublicAddress } from "../../../src/node/http/public-address.ts"
import { startReceiver, type HttpReceiver } from "../../http-receiver.ts"
import { makeCertificate } from "../../test-certificate.ts"

const certificate = makeCertificate()
let inside: HttpReceiver
let insideTls: HttpReceiver
beforeAll(async () => {
  inside = await startReceiver()
  insideTls = await startReceiver(certificate)
})
afterAll(async () => {
  await inside[Symbol.asyncDispose]()
  await insideTls[Symbol.asyncDispose]()
})

const post = async (url: string, options: GuardOptions = {}, signal = AbortSignal.timeout(3000)) =>
  await createGuardedSender(options)({ url, headers: {}, body: new Uint8Array([1]), signal })
const refused = { code: "ALERTS_ADDRESS_REFUSED" }

/** Every spelling leads to this machine, its network, or a cloud's metadata service. */
const spellings = (port: number): readonly string[] => [
  `127.0.0.1:${port}`,
  `127.1:${port}`,
  `127.0.1:${port}`,
  `127.0.0.1.:${port}`,
  `127.255.255.254:${port}`,
  `2130706433:${port}`,
  `0x7f000001:${port}`,
  `0x7f.0x0.0x0.0x1:${port}`,
  `0x7f.1:${port}`,
  `017700000001:${port}`,
  `0177.0.0.1:${port}`,
  `0177.0.01:${port}`,
  `0.0.0.0:${port}`,
  `0:${port}`,
  `localhost:${port}`,
  `LOCALHOST:${port}`,
  `localhost.:${port}`,
  `a.b.localhost:${port}`,
  `１２７.０.０.１:${port}`,
  `①②⑦.⓪.⓪.①:${port}`,
  `127。0。0。1:${port}`,
  `%31%32%37.0.0.1:${port}`,
  `[::1]:${port}`,
  `[0:0:0:0:0:0:0:1]:${port}`,
  `[::]:${port}`,
  `[::ffff:127.0.0.1]:${port}`,
  `[::ffff:7f00:1]:${port}`,
  `[::127.0.0.1]:${port}`,
  `[::ffff:0:127.0.0.1]:${port}`,
  `[64:ff9b::7f00:1]:${port}`,
  `[64:ff9b:1::7f00:1]:${port}`,
  `[2002:7f00:1::]:${port}`,
  `[2001:0:7f00:1::]:${port}`,
  `[fe80::1]:${port}`,
  `[fec0::1]:${port}`,
  `[fc00::1]:${port}`,
  `[fd12:3456::1]:${port}`,
  `[ff02::1]:${port}`,
  `[100::1]:${port}`,
  `[2001:db8::1]:${port}`,
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "⑯⑨.254.169.254",
  "2852039166",
  "100.64.0.1",
  "100.100.100.200",
  "192.0.0.192",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "[fd00:ec2::254]",
]

describe("createGuardedSender()", () => {
  test("refuses every spelling of an address inside, with and without TLS, before a byte is sent", async () => {
    expect(spellings(1).length).toBeGreaterThanOrEqual(50)
    for (const host of [...spellings(inside.port)])
      await expect(post(`http://${host}/`), `http ${host}`).rejects.toMatchObject(refused)
    for (const host of [...spellings(insideTls.port)])
      await expect(post(`https://${host}/`, { ca: certificate.cert }), `https ${host}`).rejects.toMatchObject(refused)
    expect([inside.received, insideTls.received]).toEqual([[], []])
  })

  test("refuses what is no http or https URL, and passwords in one", async () => {
    const bad = [
      "",
      "hooks",
      "ftp://1.1.1.1/",
      "file:///etc/passwd",
      "gopher://1.1.1.1/",
      "https://a:b@example.com/",
      "//x",
    ]
    for (const url of bad) await expect(post(url)).rejects.toMatchObject(refused)
  })

  test("refuses a public address without TLS", async () => {
    const lookup: Lookup = (_, __, callback) => callback(null, [{ address: "93.184.216.34", family: 4 }])
    await expect(post("http://93.184.216.34/")).rejects.toMatchObject(refused)
    await expect(post("http://hooks.example/", { lookup })).rejects.toMatchObject(refused)
  })

  test("a name that changes its address between two questions reaches nothing; without the guard it would", async () => {
    const rebinding = () => {
      let asked = 0
      const lookup: Lookup = (_, __, callback) => {
        asked += 1
        callback(null, [{ address: asked === 1 ? "93.184.216.34" : "127.0.0.1", family: 4 }])
      }
      return lookup
    }
    const before = inside.received.length
    // The check that asks first and connects later: it is answered by the very server that it meant to refuse.
    const naive = rebinding()
    const first = await new Promise<string>((resolve) =>
      naive("evil.test", { all: true }, (_, addresses) => resolve(addresses[0]?.address ?? "")),
    )
    expect(isPublicAddress(first)).toBe(true)
    await new Promise<void>((resolve, reject) => {
      const agent = new Agent({ keepAlive: false })
      const lookup = (
        host: string,
        _: object,
        callback: (error: null, found: { address: string; family: number }[]) => void,
      ) => naive(host, { all: true }, (__, addresses) => callback(null, addresses))
      request({ host: "evil.test", port: inside.port, agent, lookup }, () => resolve())
        .on("error", reject)
        .end()
    })
    expect(inside.received.length).toBe(before + 1)
    // Ours: the second answer is that of the connection, and it is the one that is checked.
    const lookup = rebinding()
    lookup("evil.test", { all: true }, () => undefined)
    await expect(post(`https://evil.test:${insideTls.port}/`, { lookup, ca: certificate.cert })).rejects.toMatchObject(
      refused,
    )
    expect(insideTls.received).toEqual([])
  })

  test("refuses a name of which any address is inside", async () => {
    const lookup: Lookup = (_, __, callback) =>
      callback(null, [
        { address: "93.184.216.34", family: 4 },
        { address: "127.0.0.1", family: 4 },
      ])
    await expect(post("https://hooks.example/", { lookup })).rejects.toMatchObject(refused)
    const none: Lookup = (_, __, callback) => callback(null, [])
    await expect(post("https://hooks.example/", { lookup: none })).rejects.toMatchObject(refused)
  })

  test("reaches what the caller allows, by address and by name, and checks the certificate", async () => {
    const lookup: Lookup = (_, __, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }])
    const allow = ["127.0.0.0/8"]
    expect(await post(inside.url, { allow })).toMatchObject({ status: 204 })
    expect(await post(insideTls.url, { allow, ca: certificate.cert })).toMatchObject({ status: 204 })
    const named = `https://hooks.example:${insideTls.port}/`
    expect(await post(named, { allow, lookup, ca: certificate.cert })).toMatchObject({ status: 204 })
    await expect(post(insideTls.url, { allow })).rejects.toMatchObject({ code: "ALERTS_UNREACHABLE" })
    const wrong = `https://other.example:${insideTls.port}/`
    await expect(post(wrong, { allow, lookup, ca: certificate.cert })).rejects.toMatchObject({
      code: "ALERTS_UNREACHABLE",
    })
    for (const range of ["127.0.0.0/33", "localhost", "::/129", "1.2.3.4/x"])
      expect(() => createGuardedSender({ allow: [range] })).toThrow(RangeError)
  })

  test("follows no redirect", async () => {
    await using target = await startReceiver()
    await using receiver = await startReceiver()
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answer = (response) => void response.writeHead(status, { location: target.url }).end()
      expect(await post(receiver.url, { allow: ["127.0.0.1"] })).toMatchObject({ status })
    }
    expect(target.received).toEqual([])
  })

  test("of an endless or huge answer, only the beginning is read", async () => {
    await using receiver = await startReceiver()
    let written = 0
    receiver.answer = (response) => {
      response.writeHead(200)
      const pour = (): void => {
        if (response.destroyed) return
        written += 65_536
        response.write(Buffer.alloc(65_536), () => setImmediate(pour))
      }
      pour()
    }
    expect(await post(receiver.url, { allow: ["127.0.0.1"] })).toMatchObject({ status: 200 })
    expect(written).toBeLessThan(64 << 20)
  })

  test("what is no HTTP, a cut connection and nobody there have their codes", async () => {
    const answers = ["no http at all\r\n\r\n", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n`, ""]
    for (const answer of answers) {
      const server = createServer((socket) => {
        socket.on("error", () => undefined)
        socket.once("data", () => socket.end(answer))
      })
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      const { port } = server.address() as AddressInfo
      const code = answer === "" ? "ALERTS_UNREACHABLE" : "ALERTS_FAILED"
      await expect(post(`http://127.0.0.1:${port}/`, { allow: ["127.0.0.1"] })).rejects.toMatchObject({ code })
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await expect(post(`http://127.0.0.1:${port}/`, { allow: ["127.0.0.1"] })).rejects.toMatchObject({
        code: "ALERTS_UNREACHABLE",
      })
    }
    const lookup: Lookup = (_, __, callback) =>
      callback(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }), [])
    await expect(post("https://nowhere.example/", { lookup })).rejects.toMatchObject({ code: "ALERTS_UNREACHABLE" })
  })

  test("an abort rethrows the signal's reason", async () => {
    await using receiver = await startReceiver()
    const stop = new AbortController()
    receiver.answer = () => stop.abort(new Error("enough"))
    await expect(post(receiver.url, { allow: ["127.0.0.1"] }, stop.signal)).rejects.toThrow("enough")
    await expect(post(receiver.url, { allow: ["127.0.0.1"] }, stop.signal)).rejects.toThrow("enough")
  })
})

test("isPublicAddress() lets the public internet through", () => {
  for (const address of ["93.184.216.34", "1.1.1.1", "223.255.255.1", "2606:4700::1111", "2a00:1450:4001:829::200e"])
    expect([address, isPublicAddress(address)]).toEqual([address, true])
  for (const address of ["", "example.com", "1.2.3", "fe80::1%lo", "::ffff:8.8.8.8"])
    expect(isPublicAddress(address)).toBe(false)
})
