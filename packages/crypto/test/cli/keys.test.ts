import { execFileSync } from "node:child_process"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { has, runAtTerminal } from "../programs.ts"
import { darkslide, darkslideCommand, filesIn, temporaryFolder } from "./darkslide.ts"

const age = has("age", "--version") && has("age-keygen", "--version")
const sshKeygen = has("ssh-keygen", "-?")
const script = has("script", "--version")

describe("darkslide keygen", () => {
  test("writes an identity file for its owner alone, and never over another", async () => {
    using folder = temporaryFolder()
    const made = await darkslide(folder.path, ["keygen", "-o", "me.key"])
    expect(made).toMatchObject({ code: 0, stdout: Buffer.alloc(0) })
    const recipient = /^Public key: (age1\S+)\n$/.exec(made.stderr)?.[1] ?? ""
    const file = readFileSync(join(folder.path, "me.key"), "utf8")
    expect(file).toMatch(/^# created: \S+\n# public key: age1\S+\nAGE-SECRET-KEY-1\S+\n$/)
    expect(statSync(join(folder.path, "me.key")).mode & 0o077).toBe(0)
    expect(await darkslide(folder.path, ["keygen", "-y", "me.key"])).toMatchObject({
      code: 0,
      stdout: Buffer.from(`${recipient}\n`),
    })
    expect((await darkslide(folder.path, ["keygen", "-o", "me.key"])).code).toBe(2)
    expect(readFileSync(join(folder.path, "me.key"), "utf8")).toBe(file)
    if (age)
      expect(execFileSync("age-keygen", ["-y", join(folder.path, "me.key")], { encoding: "utf8" })).toBe(
        `${recipient}\n`,
      )
  })

  test("--pq makes keys that are not mixed with others", async () => {
    using folder = temporaryFolder()
    const { stdout } = await darkslide(folder.path, ["keygen", "--pq", "--json", "-o", "pq.key"])
    const { recipient } = JSON.parse(stdout.toString()) as { recipient: string }
    await darkslide(folder.path, ["keygen", "-o", "classic.key"])
    writeFileSync(join(folder.path, "file"), "hello")
    const mixed = await darkslide(folder.path, ["seal", "-r", recipient, "-i", "classic.key", "file"])
    expect(mixed.code).toBe(2)
    expect(mixed.stderr).toContain("must not be mixed")
    expect((await darkslide(folder.path, ["seal", "-r", recipient, "file"])).code).toBe(0)
    const opened = await darkslide(folder.path, ["open", "-i", "pq.key", "-o", "-", "file.age"])
    expect(opened.stdout.toString()).toBe("hello")
  })
})

describe("keys of the command", () => {
  test.skipIf(!age)("age opens what it sealed, and the reverse", async () => {
    using folder = temporaryFolder()
    await darkslide(folder.path, ["keygen", "-o", "me.key"])
    const recipient = execFileSync("age-keygen", ["-y", "me.key"], { cwd: folder.path, encoding: "utf8" }).trim()
    writeFileSync(join(folder.path, "recipients"), `# us\n${recipient}\n`)
    writeFileSync(join(folder.path, "file"), "hello")
    await darkslide(folder.path, ["seal", "-a", "-R", "recipients", "file"])
    expect(execFileSync("age", ["-d", "-i", "me.key", "file.age"], { cwd: folder.path, encoding: "utf8" })).toBe(
      "hello",
    )
    execFileSync("age", ["-a", "-r", recipient, "-o", "theirs.age", "file"], { cwd: folder.path })
    expect((await darkslide(folder.path, ["open", "-i", "me.key", "theirs.age"])).code).toBe(0)
    expect(readFileSync(join(folder.path, "theirs"), "utf8")).toBe("hello")
  })

  test.skipIf(!sshKeygen)("SSH keys seal and open, encrypted ones with their passphrase", async () => {
    using folder = temporaryFolder()
    for (const [name, passphrase] of [
      ["plain", ""],
      ["locked", "secret"],
    ] as const)
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-a", "1", "-N", passphrase, "-f", name], { cwd: folder.path })
    writeFileSync(join(folder.path, "passphrase"), "secret\n")
    writeFileSync(join(folder.path, "file"), "hello")
    expect((await darkslide(folder.path, ["seal", "-R", "plain.pub", "-R", "locked.pub", "file"])).code).toBe(0)
    const opened = await darkslide(folder.path, ["open", "-i", "plain", "-o", "-", "file.age"])
    expect(opened.stdout.toString()).toBe("hello")
    const locked = ["open", "--passphrase-file", "passphrase", "-i", "locked", "-o", "-", "file.age"]
    expect((await darkslide(folder.path, locked)).stdout.toString()).toBe("hello")
  })

  test("a passphrase file, and an identity file under a passphrase", async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, "passphrase"), "correct horse\n")
    await darkslide(folder.path, ["keygen", "-o", "me.key"])
    const secret = ["--passphrase-file", "passphrase"]
    expect((await darkslide(folder.path, ["seal", "-p", ...secret, "me.key"])).code).toBe(0)
    expect((await darkslide(folder.path, ["seal", "-i", "me.key.age", ...secret, "passphrase"])).code).toBe(0)
    const opened = await darkslide(folder.path, ["open", "-i", "me.key.age", ...secret, "-o", "-", "passphrase.age"])
    expect(opened.stdout.toString()).toBe("correct horse\n")
  }, 60_000)

  test.skipIf(!script)(
    "a terminal is asked for the passphrase, twice for a new one, and does not show it",
    async () => {
      using folder = temporaryFolder()
      writeFileSync(join(folder.path, "file"), "hello")
      const command = darkslideCommand.join(" ")
      const differing = await runAtTerminal(`${command} seal -p file`, ["correct", "other"], folder.path)
      expect(differing).toMatchObject({ code: 1 })
      expect(differing.shown).toContain("the two passphrases differ")
      const sealing = await runAtTerminal(`${command} seal -p file`, ["correct", "correct"], folder.path)
      expect(sealing).toMatchObject({ code: 0 })
      expect(sealing.shown).not.toContain("correct")
      expect(sealing.shown).toContain("100 % sealed 1/1")
      const opening = await runAtTerminal(`${command} open -o opened file.age`, ["correct"], folder.path)
      expect(opening).toMatchObject({ code: 0 })
      expect(readFileSync(join(folder.path, "opened"), "utf8")).toBe("hello")
      const wrong = await runAtTerminal(`${command} open -o wrong file.age`, ["mistaken"], folder.path)
      expect(wrong).toMatchObject({ code: 2 })
      expect(filesIn(folder.path)).toEqual(["file", "file.age", "opened"])
    },
    60_000,
  )
})

describe("darkslide rewrap and inspect", () => {
  test("change and tell who can open a file", async () => {
    using folder = temporaryFolder()
    for (const name of ["a", "b"]) await darkslide(folder.path, ["keygen", "-o", name])
    writeFileSync(join(folder.path, "file"), "hello")
    const recipientOfB = (await darkslide(folder.path, ["keygen", "-y", "b"])).stdout.toString().trim()
    await darkslide(folder.path, ["seal", "-a", "-i", "a", "file"])
    const opens = async (name: string) =>
      (await darkslide(folder.path, ["open", "-i", name, "-o", "-", "file.age"])).stdout.toString() === "hello"

    const kept = await darkslide(folder.path, [
      "rewrap",
      "-i",
      "a",
      "-r",
      recipientOfB,
      "--keep",
      "--force",
      "file.age",
    ])
    expect(kept.code).toBe(0)
    expect([await opens("a"), await opens("b")]).toEqual([true, true])
    const inspected = await darkslide(folder.path, ["inspect", "--json", "file.age", "file"])
    expect(inspected.code).toBe(2)
    const [found, failed] = inspected.stdout
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown)
    expect(found).toMatchObject({ armored: true, plaintextBytes: 5, stanzas: [{ type: "X25519" }, { type: "X25519" }] })
    expect(failed).toMatchObject({ type: "failed", input: "file", code: "CRYPTO_MALFORMED" })

    await darkslide(folder.path, ["rewrap", "-i", "a", "-r", recipientOfB, "--force", "file.age"])
    expect([await opens("a"), await opens("b")]).toEqual([false, true])
    expect((await darkslide(folder.path, ["inspect", "file.age"])).stdout.toString()).toContain(
      "1 recipient:\n  X25519\n",
    )
  })
})
