import { signerFromSeed } from "@darkslide/crypto"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { announceBeacon, isOfRoom, roomBeacon } from "../../src/beacon/room-beacon.ts"
import { readChannelMessage } from "../../src/channels/channel-message.ts"
import { doorSecrets } from "../../src/keys/room-secret.ts"
import { parseTap, tapFragment, tapOf } from "../../src/link/tap-link.ts"
import { encodeDatagram, encodeQuestion, readDatagram } from "../../src/node/lan/datagram.ts"
import { encodeService, readPacket } from "../../src/node/lan/dns-sd.ts"

const invite = { roomId: "hf6urqs66icpmvbfw2l2qbghxl", secret: new Uint8Array(32).fill(2) }
const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex")

function example(name: string): { readonly page: string; readonly text: (key: string) => string } {
  const page = readFileSync(new URL(`../../../../docs/formats/${name}.md`, import.meta.url), "utf8")
  const block = /```text\n(example .*?)```/s.exec(page)?.[1] ?? ""
  const lines = new Map(block.split("\n").map((line) => [line.split(/\s+/)[0] ?? "", line.replace(/^\S+\s+/, "")]))
  return { page, text: (key) => lines.get(key) ?? `no ${key}` }
}

describe("docs/formats/channels.md", () => {
  const { page, text } = example("channels")

  test("shows messages that members read", () => {
    const [, json = ""] = /```json\n(.*?)```/s.exec(page) ?? []
    const messages = json.trim().split("\n")
    expect(messages.map((line) => readChannelMessage(JSON.parse(line)).k)).toEqual(["key", "item", "session", "spent"])
    const item = readChannelMessage(JSON.parse(messages[1] ?? ""))
    const hash = createHash("sha256")
      .update(Buffer.from(text("sealed"), "hex"))
      .digest("base64url")
    expect([text("hash"), item]).toMatchObject([hash, { hash }])
  })

  test("shows the link of an interceptor", () => {
    const tap = tapOf(invite)
    expect(tapFragment(tap)).toBe(text("tap"))
    expect(signerFromSeed(parseTap(text("tap")).seed).publicKey).toEqual(doorSecrets(invite).admission.publicKey)
  })
})

describe("docs/formats/lan.md", () => {
  test("shows a beacon, in both forms", async () => {
    const { page, text } = example("lan")
    const at = Date.UTC(2026, 10, 21, 10)
    const beacon = roomBeacon(invite, at)
    expect([String(beacon.slot), hex(beacon.tag), hex(beacon.seed)]).toEqual(["slot", "tag", "seed"].map(text))
    const announcement = await announceBeacon(beacon, { port: 8787, at })
    expect(hex(announcement.signature)).toBe(text("signature"))
    expect(Buffer.from(encodeDatagram(announcement)).toString()).toBe(text("datagram"))
    expect(hex(encodeService(announcement, { instance: "instance", host: "host" }, "10.77.0.1"))).toBe(text("packet"))
    for (const read of [
      readDatagram(Buffer.from(text("datagram"))),
      readPacket(Buffer.from(text("packet"), "hex")).announcements[0],
    ])
      expect(read !== undefined && read !== "question" && isOfRoom(read, invite, at)).toBe(true)
    expect(page).toContain(Buffer.from(encodeQuestion()).toString())
  })
})
