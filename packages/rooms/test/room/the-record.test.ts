import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { doorKeys } from "../../src/cpace/confirm.ts"
import { startWithScalar } from "../../src/cpace/cpace.ts"
import { createHub } from "../../src/hub/hub.ts"
import { passwordLinkFragment, openPasswordLink } from "../../src/link/password-link.ts"
import { sqliteLog } from "../../src/node/sqlite-log.ts"
import { decodeDoorMessage, type DoorMessage } from "../../src/room/door-message.ts"
import { doorSetting } from "../../src/room/door-setting.ts"
import { readHubMessage } from "../../src/wire/hub-message.ts"
import { readClientMessage } from "../../src/wire/client-message.ts"
import { Company, expectEvent, expectSettled } from "./company.ts"

// Everything that a hub saw of a conversation, and its database: what can be read from it?

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rooms-record-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The record in clear, and with all that is base64url in it decoded, to the bottom. */
function everythingIn(frames: readonly string[]): Buffer {
  const parts: Buffer[] = []
  const dig = (bytes: Buffer, depth: number): void => {
    parts.push(bytes)
    if (depth === 0) return
    for (const [text] of bytes.toString("latin1").matchAll(/[A-Za-z0-9_-]{8,}/g)) {
      const decoded = Buffer.from(text, "base64url")
      dig(decoded, depth - 1)
    }
  }
  for (const frame of frames) dig(Buffer.from(frame), 2)
  for (const file of readdirSync(folder)) parts.push(readFileSync(join(folder, file)))
  return Buffer.concat(parts)
}

async function converse() {
  const database = new DatabaseSync(join(folder, "hub.db"))
  const company = new Company(createHub({ log: sqliteLog(database) }))
  const ann = await company.create("Annegret")
  const code = await ann.room.issueCode()
  await ann.room.setPassword("correct horse")
  const bo = await company.join("Bonifatius", { invite: ann.room.invite })
  const cy = await company.join("Cyprian", { code })
  const di = await company.join("Dietlinde", { roomId: ann.room.id, password: "correct horse" })
  await expectSettled([ann, bo, cy, di])
  await bo.room.chat("the tulips are in the cellar")
  await ann.room.send("sdp", { sdp: "v=0 o=- candidate 192.168.178.42 fingerprint sha-256 AB:CD" })
  await expectEvent(di, "message")
  await ann.room.kick(ann.room.members.find(({ name }) => name === "Cyprian")!)
  await expectSettled([ann, bo, di])
  await expectEvent(di, "settings", ({ generation }) => generation === 1)
  const frames = company.transports.flatMap((transport) => transport.frames)
  return { ann, code, database, frames, roomId: ann.room.id }
}

describe("what a hub has seen of four people", () => {
  test("holds no name, password, code, chat, description of a session, or key", async () => {
    const { ann, code, database, frames } = await converse()
    expect(frames.length).toBeGreaterThan(60)
    const record = everythingIn(frames)
    database.close()
    const { secret } = ann.room.invite
    const secrets: (string | Uint8Array)[] = [
      ...["Annegret", "Bonifatius", "Cyprian", "Dietlinde"],
      ...["correct horse", code, code.split("-")[1] ?? "", "tulips"],
      ...["v=0", "candidate", "192.168.178.42", "fingerprint", "sha-256"],
      ...[secret, toBase64Url(secret), ann.room.inviteFragment],
      await ann.room.keys.exportKey("SFrame 1.0 Base Key", 16),
      ...ann.room.members.flatMap(({ person, leaf }) => [person, leaf, fromBase64Url(person), fromBase64Url(leaf)]),
    ]
    const found = secrets.filter((one) => record.includes(typeof one === "string" ? one : Buffer.from(one)))
    expect(found).toEqual([])
    // The search itself finds what is there.
    expect(record.includes(ann.room.id)).toBe(true)
  })

  test("does not tell a room's password, to who has a list with it", async () => {
    const { database, frames, roomId } = await converse()
    const record = everythingIn(frames)
    database.close()
    const run = runOfPassword(frames)
    const words = Array.from({ length: 1000 }, (_, i) => (i === 617 ? "correct horse" : `word ${i}`))
    // What a guess can be tried on: the tags, under any secret that follows from the guess and the record alone.
    const passes = words.filter((word) => {
      const setting = doorSetting(word, { roomId, what: "password", ...run })
      const guessed = startWithScalar(setting, 1n)
      const data = new Uint8Array()
      return [run.shareOfAdmitter, run.shareOfKnocker, guessed.share].some((share) => {
        const isk = guessed.finish({ share, data }, { role: "initiator", data })
        const keys = doorKeys(isk)
        return [keys.knockerTag, keys.admitterTag, keys.sealingKey].some((key) => record.includes(Buffer.from(key)))
      })
    })
    expect(passes).toEqual([])
    // Each guess explains the shares as well as the right one: they differ by a scalar that nobody recorded.
    const shares = words.map(
      (word) => startWithScalar(doorSetting(word, { roomId, what: "password", ...run }), 1n).share,
    )
    expect(shares.some((share) => record.includes(Buffer.from(share)))).toBe(false)
  }, 60_000)

  test("does not tell the password of a link, nor the link", async () => {
    const { ann, database, frames } = await converse()
    const link = await passwordLinkFragment(ann.room.invite, "correct horse")
    const [, , linkKey = "", box = ""] = link.split(".")
    const record = everythingIn(frames)
    database.close()
    for (const part of [link, linkKey, box]) {
      expect(record.includes(part)).toBe(false)
      if (part !== link) expect(record.includes(Buffer.from(fromBase64Url(part)))).toBe(false)
    }
    // With the right password and any other link key the box stays shut: the record has nothing to try words on.
    const other = link.replace(linkKey, toBase64Url(new Uint8Array(32)))
    await expect(openPasswordLink(other, "correct horse")).rejects.toThrow("another password")
  })

  test("shows only these kinds of words, and grows by nothing that somebody typed", async () => {
    const { database, frames } = await converse()
    database.close()
    const kinds = new Set(frames.map((frame) => readHubMessage(frame)?.t ?? readClientMessage(frame)?.t))
    expect(kinds.has(undefined)).toBe(false)
    const sizes = frames.flatMap((frame) => {
      const message = readClientMessage(frame)
      return message?.t === "post" ? [fromBase64Url(message.body).length] : []
    })
    const company = new Company()
    const [ann, bo] = await company.gather("Ann", "Bo")
    const sizeOf = async (text: string): Promise<number> => {
      ann!.transport.frames.length = 0
      await ann!.room.chat(text)
      await expectEvent(bo!, "chat", (one) => one.text === text)
      const posted = ann!.transport.frames.map((frame) => readClientMessage(frame)).find((one) => one?.t === "post")
      return posted?.t === "post" ? posted.body.length : 0
    }
    expect(await sizeOf("no")).toBe(await sizeOf("meet me at the station at nine"))
    expect(sizes.length).toBeGreaterThan(8)
  })
})

/** The run of CPace with the standing password, as the hub saw it. */
function runOfPassword(frames: readonly string[]) {
  const knocked = frames
    .map((frame) => readHubMessage(frame))
    .find((one) => one?.t === "knocked" && !one.link && !one.alias)
  if (knocked?.t !== "knocked") throw new Error("Nobody knocked with a password")
  const toKnocker = doorMessages(frames, knocked.from)
  const share = toKnocker.find((one) => one.k === "share")
  const proof = frames
    .map((frame) => readHubMessage(frame))
    .flatMap((one) => (one?.t === "told" && one.from === knocked.from ? [decodeDoorMessage(one.body)] : []))
    .find((one) => one.k === "proof")
  const hello = decodeDoorMessage(knocked.body)
  const waiting = frames
    .map((frame) => readHubMessage(frame))
    .find((one) => one?.t === "waiting" && one.me === knocked.from)
  if (share?.k !== "share" || proof?.k !== "proof" || hello.k !== "hello" || waiting?.t !== "waiting")
    throw new Error("The run is not whole")
  return {
    knocker: knocked.key,
    numbers: { knocker: knocked.from, admitter: waiting.admitter },
    nonces: { knocker: hello.nonce, admitter: share.nonce },
    shareOfAdmitter: share.share,
    shareOfKnocker: proof.share,
  }
}

function doorMessages(frames: readonly string[], to: number): readonly DoorMessage[] {
  return frames
    .map((frame) => readClientMessage(frame))
    .flatMap((one) => (one?.t === "tell" && one.to === to ? [decodeDoorMessage(one.body)] : []))
}
