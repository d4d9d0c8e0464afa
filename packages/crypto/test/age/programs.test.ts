import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, describe, expect, test } from "vitest"
import { armor, dearmor, open, passphraseIdentity, passphraseRecipient, seal, sealIterable } from "@darkslide/crypto"
import { openIdentityFile, parseIdentityFile, parseRecipientFile } from "@darkslide/crypto/files"
import { has, runAtTerminal } from "../programs.ts"

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), "darkslide-programs-"))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string): string => join(folder, name)
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(file(name)))

const ready = has("age", "--version") && has("age-keygen", "--version") && has("ssh-keygen", "-?")
const why = ready ? "" : ": left out, age or ssh-keygen is missing"
const terminal = ready && has("script", "--version")

const keys: Readonly<Record<string, readonly string[]>> = {
  x25519: ["age-keygen", "-o"],
  "ssh-ed25519": ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f"],
  "ssh-rsa": ["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f"],
}

/** A new key of a program: its secret file, and the text of its recipient. */
async function makeKey(kind: string, name: string): Promise<{ path: string; recipient: string }> {
  const [program = "", ...args] = keys[kind] ?? []
  await run(program, [...args, file(name)])
  if (kind !== "x25519") return { path: file(name), recipient: readFileSync(`${file(name)}.pub`, "utf8").trim() }
  const { stdout } = await run("age-keygen", ["-y", file(name)])
  return { path: file(name), recipient: stdout.trim() }
}

describe.skipIf(!ready)(`beside the programs age, age-keygen and ssh-keygen${why}`, () => {
  test.each(Object.keys(keys))("%s: each opens what the other sealed, armored and not", async (kind) => {
    const { path, recipient } = await makeKey(kind, kind)
    const to = parseRecipientFile(recipient)
    const identities = parseIdentityFile(readFileSync(path, "utf8"))
    for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000]) {
      const plaintext = pattern(size)
      writeFileSync(file("plain"), plaintext)
      for (const flags of [[], ["-a"]]) {
        const sealed = await seal(plaintext, { to })
        writeFileSync(file("ours.age"), flags.length > 0 ? armor(sealed) : sealed)
        const { stdout } = await run("age", ["-d", "-i", path, file("ours.age")], { encoding: "buffer" })
        expect(Buffer.compare(stdout, plaintext)).toBe(0)
        await run("age", ["-r", recipient, ...flags, "-o", file("theirs.age"), file("plain")])
        const theirs = flags.length > 0 ? dearmor(read("theirs.age")) : read("theirs.age")
        if (flags.length > 0) expect(armor(theirs)).toBe(readFileSync(file("theirs.age"), "utf8"))
        expect(Buffer.compare(await open(theirs, { with: identities }), plaintext)).toBe(0)
      }
    }
  })

  test("64 MiB and a byte, in a stream", async () => {
    const { path, recipient } = await makeKey("x25519", "big")
    const plaintext = pattern((64 << 20) + 1)
    const sealed = sealIterable([plaintext], { to: parseRecipientFile(recipient) })
    const pieces: Uint8Array[] = []
    for await (const piece of sealed) pieces.push(piece)
    writeFileSync(file("big.age"), Buffer.concat(pieces))
    await run("age", ["-d", "-i", path, "-o", file("big.opened"), file("big.age")])
    expect(Buffer.compare(read("big.opened"), plaintext)).toBe(0)
    await run("age", ["-r", recipient, "-o", file("big.theirs"), file("big.opened")])
    const identities = parseIdentityFile(readFileSync(path, "utf8"))
    expect(Buffer.compare(await open(read("big.theirs"), { with: identities }), plaintext)).toBe(0)
  })

  test("several recipients of different kinds, each of whom opens it", async () => {
    const made = await Promise.all(Object.keys(keys).map((kind) => makeKey(kind, `mixed-${kind}`)))
    const plaintext = pattern(1000)
    writeFileSync(
      file("mixed.age"),
      await seal(plaintext, { to: made.flatMap(({ recipient }) => parseRecipientFile(recipient)) }),
    )
    for (const { path } of made) {
      const { stdout } = await run("age", ["-d", "-i", path, file("mixed.age")], { encoding: "buffer" })
      expect(Buffer.compare(stdout, plaintext)).toBe(0)
    }
  })

  test.skipIf(!terminal)(
    `a passphrase, and an identity file under one${terminal ? "" : ": left out, script is missing"}`,
    async () => {
      const plaintext = pattern(1000)
      writeFileSync(file("plain"), plaintext)
      const sealing = await runAtTerminal("age -p -o secret.age plain", ["correct horse", "correct horse"], folder)
      expect(sealing).toMatchObject({ code: 0 })
      expect(await open(read("secret.age"), { with: [passphraseIdentity("correct horse")] })).toEqual(plaintext)

      const ours = await seal(plaintext, { to: [passphraseRecipient("battery", { workFactor: 12 })] })
      writeFileSync(file("ours-secret.age"), ours)
      const opening = await runAtTerminal("age -d -o opened ours-secret.age", ["battery"], folder)
      expect(opening).toMatchObject({ code: 0 })
      expect(read("opened")).toEqual(plaintext)

      const { path, recipient } = await makeKey("x25519", "own.key")
      const locking = await runAtTerminal(`age -p -a -o own.key.age ${path}`, ["staple", "staple"], folder)
      expect(locking).toMatchObject({ code: 0 })
      const identities = await openIdentityFile(read("own.key.age"), { with: [passphraseIdentity("staple")] })
      const sealed = await seal(plaintext, { to: parseRecipientFile(recipient) })
      expect(await open(sealed, { with: identities })).toEqual(plaintext)
    },
    60_000,
  )
})

function pattern(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let i = 0; i < size; i++) bytes[i] = i * 31
  return bytes
}
