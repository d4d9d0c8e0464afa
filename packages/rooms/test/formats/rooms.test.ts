import { encodeFields, fromBase64Url, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { doorKeys } from "../../src/cpace/confirm.ts"
import { startWithScalar } from "../../src/cpace/cpace.ts"
import { fingerprintOf, roomCodeOf } from "../../src/group/room-code.ts"
import { openBox } from "../../src/keys/secret-box.ts"
import { roomIdOf } from "../../src/keys/room-id.ts"
import { doorSecrets } from "../../src/keys/room-secret.ts"
import { inviteFragment } from "../../src/link/invite-link.ts"
import { decodeDoorMessage } from "../../src/room/door-message.ts"
import { doorSetting } from "../../src/room/door-setting.ts"
import { LogChain } from "../../src/room/log-chain.ts"
import { openLobbyBox, readLogBody } from "../../src/room/log-body.ts"
import { readClientMessage } from "../../src/wire/client-message.ts"
import { readHubMessage } from "../../src/wire/hub-message.ts"
import { joinProof, resumeProof } from "../../src/wire/proofs.ts"

const page = readFileSync(new URL("../../../../docs/formats/rooms.md", import.meta.url), "utf8")
const block = /```text\n(example .*?)```/s.exec(page)?.[1] ?? ""
const lines = new Map(block.split("\n").map((line) => [line.split(/\s+/)[0] ?? "", line.replace(/^\S+\s+/, "")]))
const text = (name: string): string => {
  const value = lines.get(name)
  if (value === undefined) throw new Error(`The example of rooms.md has no ${name}`)
  return value
}
const bytes = (name: string): Uint8Array => new Uint8Array(Buffer.from(text(name), "hex"))
const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex")

describe("docs/formats/rooms.md", () => {
  test("names a room after its owner, and derives what its secret gives", async () => {
    const owner = signerFromSeed(bytes("ownerSeed"))
    expect(hex(owner.publicKey)).toBe(text("ownerKey"))
    expect(roomIdOf(owner.publicKey)).toBe(text("roomId"))
    const invite = { roomId: text("roomId"), secret: bytes("secret") }
    expect(inviteFragment(invite)).toBe(text("fragment"))
    const { admission, lobbyKey } = doorSecrets(invite)
    expect([hex(admission.publicKey), hex(lobbyKey)]).toEqual([text("admissionKey"), text("lobbyKey")])
    const [nonce, key] = [toBase64Url(bytes("nonce")), toBase64Url(bytes("connectionKey"))]
    const proof = joinProof(invite.roomId, nonce, key)
    expect(hex(proof)).toBe(text("joinProof"))
    expect(hex(await admission.sign(proof))).toBe(text("joinSignature"))
    expect(hex(resumeProof(invite.roomId, nonce, toBase64Url(bytes("token")), 41))).toBe(text("resumeProof"))
  })

  test("runs CPace at the door", () => {
    const setting = doorSetting(text("password"), {
      roomId: text("roomId"),
      what: text("alias"),
      knocker: toBase64Url(bytes("connectionKey")),
      numbers: { knocker: 7, admitter: 3 },
      nonces: { knocker: bytes("knockerNonce"), admitter: bytes("admitterNonce") },
    })
    expect([hex(setting.channel), hex(setting.sessionId)]).toEqual([text("channel"), text("sessionId")])
    const [admitter, knocker] = [startWithScalar(setting, 1234567n), startWithScalar(setting, 7654321n)]
    expect([hex(admitter.share), hex(knocker.share)]).toEqual([text("admitterShare"), text("knockerShare")])
    const data = new Uint8Array()
    const isk = admitter.finish({ share: knocker.share, data }, { role: "initiator", data })
    expect(hex(isk)).toBe(text("isk"))
    const keys = doorKeys(isk)
    expect([keys.knockerTag, keys.admitterTag, keys.sealingKey].map(hex)).toEqual(
      ["knockerTag", "admitterTag", "doorKey"].map(text),
    )
    const hello = decodeDoorMessage(text("hello"))
    expect(hello).toEqual({ k: "hello", nonce: bytes("knockerNonce") })
  })

  test("shows bodies, the chain, codes and fingerprints", () => {
    const body = readLogBody(text("body"))
    if (body.kind !== "lobby") throw new Error("a lobby box")
    const opened = openLobbyBox(body.box, [bytes("lobbyKey")], text("roomId"))
    expect(opened).toEqual({ k: "package", keyPackage: new TextEncoder().encode("a key package") })
    expect(() => openBox(bytes("lobbyKey"), body.box, encodeFields("other"))).toThrow("wrong key")
    const chain = new LogChain()
    chain.begin("AAAAAAAAAAAAAAAA", 5n, text("body"))
    chain.add({ t: "message", seq: 9, from: 3, id: "iiiiiiiiiiiiiiiiiiiiii", body: "AgAA" })
    expect(chain.position.hash).toBe(text("chainHash"))
    expect(roomCodeOf(bytes("authenticator"))).toBe(text("roomCode"))
    expect(fingerprintOf(toBase64Url(bytes("connectionKey")))).toBe(text("fingerprint"))
  })

  test("shows messages that both sides read", () => {
    const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json = ""]) => json.trim().split("\n"))
    const [client = [], hub = []] = blocks
    expect(client.length).toBeGreaterThan(12)
    expect(hub.length).toBeGreaterThan(12)
    for (const line of client) expect(readClientMessage(line)).toBeDefined()
    for (const line of hub) expect(readHubMessage(line)).toBeDefined()
    expect(fromBase64Url(text("hello")).length % 256).toBe(0)
  })
})
