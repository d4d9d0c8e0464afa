import { randomBytes } from "node:crypto"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { isOfRoom } from "../../src/beacon/room-beacon.ts"
import { openLan } from "../../src/node/lan/lan.ts"
import { canMakeNamespaces, hostName, twoNetworks } from "../../../../tools/namespaces/two-networks.ts"

const worker = fileURLToPath(new URL("lan-worker.ts", import.meta.url))

interface Said {
  readonly ready?: true
  readonly error?: string
  readonly hex?: string
  readonly afterMs?: number
  readonly found?: { from: string; port: number; at: number; tag: string; signature: string }
}

async function* saidBy(output: Readable): AsyncGenerator<Said> {
  for await (const line of createInterface(output)) yield JSON.parse(line) as Said
}

async function next<Kind extends keyof Said>(said: AsyncGenerator<Said>, kind: Kind): Promise<NonNullable<Said[Kind]>> {
  for (;;) {
    const { value, done } = await said.next()
    if (done === true) throw new Error(`It ended before it said ${kind}`)
    if (value.error !== undefined) throw new Error(value.error)
    const found = value[kind]
    if (found !== undefined) return found
  }
}

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"))

describe.skipIf(!canMakeNamespaces())("on a network without a route elsewhere (needs network namespaces: root)", () => {
  test.each(["dns-sd", "datagram"])("a room is found, by %s", async (method) => {
    const networks = twoNetworks()
    const secret = randomBytes(32)
    const announcing = networks.run(0, worker, "announce", method, "", secret.toString("hex"))
    await next(saidBy(announcing.stdout), "ready")
    const said = saidBy(networks.run(1, worker, "listen", method).stdout)
    const { value } = await untilFound(said)
    const { from, port, at, tag, signature } = value.found!
    expect([from, port]).toEqual(["10.77.0.1", 8787])
    console.info(`found by ${method} after ${Math.round(value.afterMs ?? Number.NaN)} ms`)
    const announcement = { port, at, tag: bytes(tag), signature: bytes(signature) }
    const invite = { roomId: "gr2q7gf5lh6pzfdnurnkvputhp", secret: new Uint8Array(secret) }
    expect(isOfRoom(announcement, invite, Date.now())).toBe(true)
    expect(isOfRoom(announcement, { ...invite, secret: new Uint8Array(32) }, Date.now())).toBe(false)
  })

  test.each(["dns-sd", "datagram"])("no name of this machine leaves it, by %s", async (method) => {
    const networks = twoNetworks()
    const tapping = saidBy(networks.run(1, worker, "tap", method, networks.addresses[1]).stdout)
    await next(tapping, "ready")
    await next(tapping, "ready")
    networks.run(0, worker, "announce", method, "", randomBytes(32).toString("hex"))
    const seen: Buffer[] = []
    while (seen.length < 4) seen.push(Buffer.from(await next(tapping, "hex"), "hex"))
    const all = Buffer.concat(seen).toString("latin1").toLowerCase()
    expect(all).toContain(method === "dns-sd" ? "_darkslide" : '"v":"1"')
    expect(all).not.toContain(hostName)
    expect(all).not.toContain("gr2q7gf5")
  })
})

async function untilFound(said: AsyncGenerator<Said>): Promise<{ readonly value: Said }> {
  for await (const value of said) if (value.found) return { value }
  throw new Error("Nothing was found")
}

test("openLan() goes on where there is no network, and says what failed", async () => {
  const failures: unknown[] = []
  const lan = await openLan({
    port: 8787,
    rooms: () => [],
    // Of documentation: no machine has it.
    interfaces: () => [{ address: "192.0.2.77", netmask: "255.255.255.0" }],
    onError: (error) => failures.push(error),
  })
  expect(failures).toHaveLength(2)
  expect(lan.neighbours).toEqual([])
  lan.refresh()
  lan.close()
})
