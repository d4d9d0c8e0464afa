import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { access, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, onTestFinished, test } from "vitest"
import { FolderInUseError, openStorage } from "../../src/index.ts"
import { completeWhenWhole } from "../../src/uploads/complete-when-whole.ts"
import { commit, createUpload, headUpload, patchUpload, register, remove, sealPhoto, upload } from "../blind-client.ts"
import { problemCode, serverFixture, temporaryFolder } from "../server-fixture.ts"

const nothing = { replayedDeletes: 0, expiredUploads: 0, lostUploads: 0, orphanBlobs: 0, missingBlobs: 0 }
const photo = new Uint8Array(randomBytes(70_000))

/** Opens a folder, as the next server would, and closes it again. */
async function reopen(folder: string, now?: () => number) {
  const storage = await openStorage({ folder, now })
  await storage[Symbol.asyncDispose]()
  return storage.repaired
}

describe("the data folder", () => {
  test("belongs to one server", async () => {
    const folder = await temporaryFolder()
    const first = await openStorage({ folder })
    await expect(openStorage({ folder })).rejects.toThrow(FolderInUseError)
    await expect(openStorage({ folder })).rejects.toThrow(/another Darkslide server/)
    await first[Symbol.asyncDispose]()
    expect(await reopen(folder)).toEqual(nothing)
  })

  test("is free at once when its server was killed", async () => {
    const folder = await temporaryFolder()
    const script = `
      import { openStorage } from "@darkslide/demo-server"
      await openStorage({ folder: ${JSON.stringify(folder)} })
      process.stdout.write("open")
      setInterval(() => {}, 1000)
    `
    const child = spawn(process.execPath, ["--conditions=@darkslide/source", "--input-type=module", "-e", script], {
      cwd: join(import.meta.dirname, "../.."),
      stdio: ["ignore", "pipe", "inherit"],
    })
    onTestFinished(() => void child.kill("SIGKILL"))
    await once(child.stdout, "data")
    await expect(openStorage({ folder })).rejects.toThrow(FolderInUseError)
    const ended = once(child, "exit")
    child.kill("SIGKILL")
    await ended
    expect(await reopen(folder)).toEqual(nothing)
  })

  test("keeps its secrets apart, for this user only, over every start", async () => {
    const folder = await temporaryFolder()
    await reopen(folder)
    const path = join(folder, "secrets.json")
    const secrets = await readFile(path, "utf8")
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await reopen(folder)
    expect(await readFile(path, "utf8")).toBe(secrets)
    const { oprfSeed, pepper } = JSON.parse(secrets) as { oprfSeed: string; pepper: string }
    const rows = await readFile(join(folder, "darkslide.sqlite"))
    for (const secret of [oprfSeed, pepper]) {
      for (const form of [Buffer.from(secret), Buffer.from(secret, "base64url")])
        expect(rows.includes(form)).toBe(false)
    }
  })

  test("is not opened over damaged secrets, and says nothing of what they hold", async () => {
    const folder = await temporaryFolder()
    await reopen(folder)
    await writeFile(join(folder, "secrets.json"), '{"oprfSeed":"canary"')
    const failure = await openStorage({ folder }).catch((error: unknown) => error)
    expect(String(failure)).toMatch(/Cannot read server secrets/)
    expect(String(failure)).not.toContain("canary")
  })

  test("syncs every transaction: a power cut must not take an answer back", async () => {
    const { folder } = await serverFixture()
    const rows = new DatabaseSync(join(folder, "darkslide.sqlite"), { readOnly: true })
    onTestFinished(() => rows.close())
    expect(rows.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "wal" })
    const strict = rows.prepare("select name from pragma_table_list where schema = 'main' and strict = 1").all()
    expect(strict.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["accounts", "captures", "tombstones", "uploads"]),
    )
  })

  test("that another program holds for a moment answers 503, and says when to come back", async () => {
    const { send, folder } = await serverFixture()
    const { send: own } = await register(send, "ada")
    const other = new DatabaseSync(join(folder, "darkslide.sqlite"))
    onTestFinished(() => other.close())
    other.exec("begin immediate")
    const refused = await createUpload(own, 10)
    expect([refused.headers.get("retry-after"), await problemCode(refused)]).toEqual(["1", "BUSY"])
    other.exec("rollback")
    expect((await createUpload(own, 10)).status).toBe(201)
  })
})

describe("after a crash", () => {
  test("the offset is what is on disk, and an upload that has all its bytes is completed", async () => {
    const folder = await temporaryFolder()
    const first = await openStorage({ folder })
    const now = Date.now()
    await first.accounts.register(someAccount)
    const open = { accountId: someAccount.accountId, bytes: photo.length, createdAt: now, expiresAt: now + 1000_000 }
    for (const id of ["part", "whole"]) {
      await first.uploads.reserve({ id, ...open }, { quotaBytes: 1e9, openUploads: 9 })
      await first.blobs.create(id)
    }
    await first.blobs.append("part", 0, chunksOf(photo.subarray(0, 100)))
    await first.blobs.append("whole", 0, chunksOf(photo))
    await first[Symbol.asyncDispose]()
    const second = await openStorage({ folder })
    onTestFinished(() => second[Symbol.asyncDispose]())
    expect(second.repaired).toEqual(nothing)
    expect(await second.blobs.stat("part")).toEqual({ bytes: 100, state: "partial" })
    const whole = await second.uploads.find("whole", someAccount.accountId)
    const completed = whole && (await completeWhenWhole(second.blobs, whole))
    expect(completed).toEqual({ bytes: photo.length, state: "complete" })
  })

  test("a delete that got no further than the rows is carried out", async () => {
    const { send, storage, folder } = await serverFixture()
    const ada = await register(send, "ada")
    const sealed = await sealPhoto(ada, photo)
    await commit(ada.send, sealed, await upload(ada.send, sealed.media))
    storage.blobs.remove = () => Promise.reject(new Error("killed here"))
    expect((await remove(ada, sealed)).status).toBe(500)
    expect(await problemCode(await ada.send(`/v1/captures/${sealed.captureId}`))).toBe("CAPTURE_DELETED")
    await storage[Symbol.asyncDispose]()
    expect(await readdir(join(folder, "blobs"))).toHaveLength(1)
    expect(await reopen(folder)).toEqual({ ...nothing, replayedDeletes: 1 })
    expect(await readdir(join(folder, "blobs"))).toEqual([])
  })

  test("files without rows, rows without files, and what is past its time are put right and counted", async () => {
    const { send, storage, folder } = await serverFixture()
    const ada = await register(send, "ada")
    const sealed = await sealPhoto(ada, photo)
    await commit(ada.send, sealed, await upload(ada.send, sealed.media))
    const [blob] = await readdir(join(folder, "blobs"))
    for (let count = 0; count < 3; count++) await createUpload(ada.send, 10)
    const [lost] = await readdir(join(folder, "uploads"))
    await storage[Symbol.asyncDispose]()
    await rm(join(folder, "uploads", lost ?? ""))
    await writeFile(join(folder, "uploads/stray-upload"), "x")
    await writeFile(join(folder, "blobs/stray-blob"), "x")
    const then = Date.UTC(2026, 10, 20, 13)
    expect(await reopen(folder, () => then)).toEqual({ ...nothing, lostUploads: 1, orphanBlobs: 2 })
    await rm(join(folder, "blobs", blob ?? ""))
    expect(await reopen(folder, () => then)).toEqual({ ...nothing, missingBlobs: 1 })
    expect(await reopen(folder, () => then + 86_400_000)).toEqual({ ...nothing, expiredUploads: 2, missingBlobs: 1 })
    expect(await readdir(join(folder, "uploads"))).toEqual([])
  })

  test("an upload goes on at its offset with the next server", async () => {
    const folder = await temporaryFolder()
    const first = await serverFixture({ folder })
    const ada = await register(first.send, "ada")
    const sealed = await sealPhoto(ada, photo)
    const url = (await createUpload(ada.send, sealed.media.length)).headers.get("location") ?? ""
    await patchUpload(ada.send, url, 0, sealed.media.subarray(0, 12_345))
    await first.storage[Symbol.asyncDispose]()
    const second = await serverFixture({ folder })
    const again = (path: string, init?: RequestInit) => {
      const headers = new Headers(init?.headers)
      headers.set("authorization", `Bearer ${ada.token}`)
      return second.send(path, { ...init, headers })
    }
    expect((await headUpload(again, url)).headers.get("upload-offset")).toBe("12345")
    expect((await patchUpload(again, url, 12_345, sealed.media.subarray(12_345))).status).toBe(204)
    expect((await commit(again, sealed, url.split("/").at(-1) ?? "")).status).toBe(201)
    await expect(access(join(folder, "blobs", url.split("/").at(-1) ?? ""))).resolves.toBeUndefined()
  })
})

async function* chunksOf(bytes: Uint8Array) {
  yield bytes
}

const someAccount = {
  accountId: "a".repeat(26),
  credentialId: "credential",
  record: new Uint8Array(192),
  wrap: new Uint8Array(1),
  keyring: new Uint8Array(1),
  state: new Uint8Array(1),
  stateNumber: 1,
  createdOn: "2026-11-20",
}
