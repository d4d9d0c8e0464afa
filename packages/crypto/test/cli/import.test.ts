import { constants, createHash, generateKeyPairSync, publicEncrypt } from "node:crypto"
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, test } from "vitest"
import { generateKeyPair, open } from "@darkslide/crypto"
import { fernetKeyFromPassword, fernetOpen, fernetSeal, generateFernetKey } from "@darkslide/crypto/fernet"
import { darkslide, filesIn, temporaryFolder } from "./darkslide.ts"

const me = generateKeyPair()
const to = me.recipient.toString()
const picture = Buffer.alloc(1000, "picture")

async function opened(path: string): Promise<Buffer> {
  return Buffer.from(await open(new Uint8Array(readFileSync(path)), { with: [me] }))
}

describe("darkslide fernet", () => {
  test("makes keys, seals, opens, rotates", async () => {
    using folder = temporaryFolder()
    const file = (name: string) => join(folder.path, name)
    writeFileSync(file("a"), picture)
    for (const name of ["old.key", "new.key"]) await darkslide(folder.path, ["fernet", "keygen", "-o", name])
    expect(statSync(file("old.key")).mode & 0o077).toBe(0)
    expect((await darkslide(folder.path, ["fernet", "seal", "-k", "old.key", "a"])).code).toBe(0)
    const rotating = ["fernet", "rotate", "-k", "new.key", "-k", "old.key", "a.fernet"]
    expect((await darkslide(folder.path, rotating)).code).toBe(1)
    expect((await darkslide(folder.path, [...rotating, "--force"])).code).toBe(0)
    expect((await darkslide(folder.path, ["fernet", "open", "-k", "old.key", "-o", "x", "a.fernet"])).code).toBe(2)
    const opening = await darkslide(folder.path, [
      "fernet",
      "open",
      "--ttl",
      "600",
      "-k",
      "new.key",
      "-o",
      "-",
      "a.fernet",
    ])
    expect(opening.stdout.equals(picture)).toBe(true)
    expect(filesIn(folder.path)).toEqual(["a", "a.fernet", "new.key", "old.key"])
  })
})

describe("darkslide import", () => {
  test("webcam: opens tokens, seals them and what lies beside them, and writes no plaintext", async () => {
    using folder = temporaryFolder()
    const key = generateFernetKey()
    mkdirSync(join(folder.path, "old/2024"), { recursive: true })
    writeFileSync(join(folder.path, "key"), key.toString())
    writeFileSync(join(folder.path, "old/2024/photo.jpg.enc"), `${fernetSeal(picture, { key })}\n`)
    writeFileSync(join(folder.path, "old/2024/photo.json"), `{"at":1}`)
    writeFileSync(join(folder.path, "old/foreign"), fernetSeal(picture, { key: generateFernetKey() }))
    const importing = await darkslide(folder.path, ["import", "webcam", "-k", "key", "-r", to, "-o", "new", "old"])
    expect(importing.code).toBe(2)
    expect(importing.stderr).toContain("old/foreign: Cannot open Fernet token")
    expect(filesIn(join(folder.path, "new"))).toEqual(["old/2024/photo.jpg.age", "old/2024/photo.json.age"])
    expect((await opened(join(folder.path, "new/old/2024/photo.jpg.age"))).equals(picture)).toBe(true)
    expect((await opened(join(folder.path, "new/old/2024/photo.json.age"))).toString()).toBe(`{"at":1}`)
    expect(filesIn(join(folder.path, "old"))).toHaveLength(3)
  })

  test("webcam: the key of a password", async () => {
    using folder = temporaryFolder()
    const salt = Buffer.from("a static salt")
    const key = await fernetKeyFromPassword("hunter2", { salt, iterations: 1000 })
    mkdirSync(join(folder.path, "old"))
    writeFileSync(join(folder.path, "password"), "hunter2\n")
    writeFileSync(join(folder.path, "old/photo"), fernetSeal(picture, { key }))
    const from = ["--salt", salt.toString("base64"), "--iterations", "1000", "--passphrase-file", "password"]
    expect((await darkslide(folder.path, ["import", "webcam", ...from, "-r", to, "old"])).code).toBe(0)
    expect((await opened(join(folder.path, "old/photo.age"))).equals(picture)).toBe(true)
    const token = readFileSync(join(folder.path, "old/photo"), "utf8")
    expect(Buffer.from(fernetOpen(token, { key })).equals(picture)).toBe(true)
  })

  test("channel: opens images that were cut into RSA blocks", async () => {
    using folder = temporaryFolder()
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const blocks = []
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    for (let at = 0; at < picture.length; at += 214)
      blocks.push(publicEncrypt({ key: publicKey, padding, oaepHash: "sha1" }, picture.subarray(at, at + 214)))
    mkdirSync(join(folder.path, "old"))
    writeFileSync(join(folder.path, "pem"), privateKey.export({ format: "pem", type: "pkcs8" }))
    writeFileSync(join(folder.path, "old/image.enc"), Buffer.concat(blocks))
    writeFileSync(join(folder.path, "old/cut"), Buffer.concat(blocks).subarray(1))
    const importing = await darkslide(folder.path, ["import", "channel", "--rsa-key", "pem", "-r", to, "old"])
    expect(importing.code).toBe(2)
    expect(importing.stderr).toContain("old/cut: Cannot read RSA image: not whole blocks")
    expect((await opened(join(folder.path, "old/image.age"))).equals(picture)).toBe(true)
  })

  const sha256 = createHash("sha256").update("hunter2").digest("hex")
  const werkzeug = "pbkdf2:sha256:1000$nB2hnupo1$51bc77ff84432736420690c78b1789e7b1cd2af8d92e8b545f946f543e642707"
  const users = [
    { name: "ann", hash: sha256, kind: "sha256" },
    { name: 'b, "o"b', hash: werkzeug, kind: "werkzeug" },
  ]

  test("users: lists CSV, JSON and SQLite alike", async () => {
    using folder = temporaryFolder()
    const file = (name: string) => join(folder.path, name)
    writeFileSync(file("csv"), `id,username,password_hash\r\n1,ann,${sha256}\r\n2,"b, ""o""b",${werkzeug}\r\n`)
    writeFileSync(file("json"), JSON.stringify(users.map(({ name, hash }) => ({ user: name, password: hash }))))
    writeFileSync(file("map"), JSON.stringify(Object.fromEntries(users.map(({ name, hash }) => [name, hash]))))
    const database = new DatabaseSync(file("sqlite"))
    database.exec("CREATE TABLE user (id INTEGER, email TEXT, pw TEXT)")
    for (const { name, hash } of users) database.prepare("INSERT INTO user VALUES (1, ?, ?)").run(name, hash)
    database.close()
    for (const [table, ...flags] of [["csv"], ["json"], ["map"], ["sqlite", "--hash", "pw"]] as const) {
      const outcome = await darkslide(folder.path, ["import", "users", ...flags, table])
      expect(outcome).toMatchObject({ code: 0 })
      expect(
        outcome.stdout
          .toString()
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as unknown),
      ).toEqual(users)
    }
  })

  test("users: what is no hash is left out, and not repeated", async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, "csv"), `name,password\nann,${sha256}\nbob,letmein\n`)
    const outcome = await darkslide(folder.path, ["import", "users", "-o", "users.jsonl", "csv"])
    expect(outcome.code).toBe(2)
    expect(outcome.stderr).toBe("darkslide: bob: not a hash that is known, left out\n")
    expect(readFileSync(join(folder.path, "users.jsonl"), "utf8")).toBe(`${JSON.stringify(users[0])}\n`)
    expect((await darkslide(folder.path, ["import", "users", "--hash", "nothing", "csv"])).code).toBe(1)
  })
})
