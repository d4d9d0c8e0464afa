import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { generateKeyPair, open, seal } from "@darkslide/crypto"
import { darkslide, filesIn, temporaryFolder } from "./darkslide.ts"

const me = generateKeyPair()
const to = me.recipient.toString()

/** Files of some sizes, in folders. */
function fill(folder: string): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (const [index, name] of ["in/a.jpg", "in/deep/er/b.jpg", "in/deep/empty", "in/big"].entries())
    files.set(name, Buffer.alloc([5000, 65_536, 0, 700_001][index] ?? 0, name))
  for (const [name, bytes] of files) {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  writeFileSync(join(folder, "key"), `# me\n${me.toString()}\n`)
  return files
}

describe("darkslide seal and open", () => {
  test("a folder: beside its files, and below another folder in the same shape", async () => {
    using folder = temporaryFolder()
    const files = fill(folder.path)
    const sealing = await darkslide(folder.path, ["seal", "-r", to, "in"])
    expect(sealing).toMatchObject({ code: 0, stdout: Buffer.alloc(0) })
    expect(sealing.stderr.trim().split("\n").toSorted()).toEqual(
      [...files.keys()].map((name) => `sealed ${name}.age`).toSorted(),
    )
    for (const [name, bytes] of files) {
      const sealed = new Uint8Array(readFileSync(join(folder.path, `${name}.age`)))
      expect(Buffer.compare(await open(sealed, { with: [me] }), bytes)).toBe(0)
    }
    const opening = await darkslide(folder.path, ["open", "-i", "key", "-o", "out", "in"])
    expect(opening.code).toBe(0)
    expect(filesIn(join(folder.path, "out"))).toEqual([...files.keys()].toSorted())
    for (const [name, bytes] of files)
      expect(Buffer.compare(readFileSync(join(folder.path, "out", name)), bytes)).toBe(0)
  })

  test("what is there is not overwritten without --force, and does not stop the others", async () => {
    using folder = temporaryFolder()
    fill(folder.path)
    writeFileSync(join(folder.path, "in/a.jpg.age"), "precious")
    const refused = await darkslide(folder.path, ["seal", "-r", to, "in/a.jpg", "in/big"])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain("in/a.jpg.age is there already; --force overwrites it")
    expect(readFileSync(join(folder.path, "in/a.jpg.age"), "utf8")).toBe("precious")
    expect(filesIn(folder.path)).toContain("in/big.age")
    expect((await darkslide(folder.path, ["seal", "--force", "-r", to, "in/a.jpg"])).code).toBe(0)
    expect((await darkslide(folder.path, ["open", "--force", "-i", "key", "in/a.jpg.age"])).code).toBe(0)
  })

  test("standard input to standard output, armored when asked; open sees which", async () => {
    using folder = temporaryFolder()
    fill(folder.path)
    for (const flags of [[], ["-a"]]) {
      const sealed = await darkslide(folder.path, ["seal", ...flags, "-i", "key"], "hello")
      expect(sealed.stdout.toString().startsWith("-----BEGIN")).toBe(flags.length > 0)
      expect(await darkslide(folder.path, ["open", "-i", "key"], sealed.stdout)).toMatchObject({
        code: 0,
        stdout: Buffer.from("hello"),
        stderr: "",
      })
    }
    expect(await darkslide(folder.path, ["seal", "-r", to, "-o", "one.age", "in/a.jpg"])).toMatchObject({ code: 0 })
    expect(await darkslide(folder.path, ["open", "-i", "key", "-o", "-", "one.age"])).toMatchObject({
      code: 0,
      stdout: Buffer.alloc(5000, "in/a.jpg"),
    })
  })

  test("a changed, cut or foreign file leaves nothing behind, under any name", async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, "key"), me.toString())
    const sealed = await seal(new Uint8Array(300_000), { to: [me.recipient] })
    writeFileSync(join(folder.path, "cut.age"), sealed.subarray(0, -1))
    writeFileSync(join(folder.path, "changed.age"), sealed.with(200_000, (sealed[200_000] ?? 0) ^ 1))
    const foreign = await seal(new Uint8Array(10), { to: [generateKeyPair().recipient] })
    writeFileSync(join(folder.path, "foreign.age"), foreign)
    writeFileSync(join(folder.path, "none.age"), "hello")
    const before = filesIn(folder.path)
    const opening = await darkslide(folder.path, ["open", "--json", "-i", "key", "."])
    expect(opening.code).toBe(2)
    expect(filesIn(folder.path)).toEqual(before)
    const lines = opening.stdout
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { code?: string })
    expect(lines.map(({ code }) => String(code)).toSorted()).toEqual([
      "CRYPTO_AUTHENTICATION_FAILED",
      "CRYPTO_AUTHENTICATION_FAILED",
      "CRYPTO_MALFORMED",
      "CRYPTO_NO_IDENTITY_MATCHED",
      "undefined",
    ])
    expect(lines.at(-1)).toEqual({ type: "end", done: 0, failed: 4 })
  })

  test("--json tells what became of each file", async () => {
    using folder = temporaryFolder()
    fill(folder.path)
    const sealing = await darkslide(folder.path, ["seal", "--json", "-r", to, "-j", "3", "in/a.jpg", "in/big"])
    expect(sealing.stderr).toBe("")
    const lines = sealing.stdout
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown)
    expect(lines).toHaveLength(3)
    expect(lines).toContainEqual({ type: "sealed", input: "in/big", output: "in/big.age" })
    expect(lines.at(-1)).toEqual({ type: "end", done: 2, failed: 0 })
  })

  test("links in a folder are not followed", async () => {
    using folder = temporaryFolder()
    fill(folder.path)
    symlinkSync("/", join(folder.path, "in/deep/root"))
    symlinkSync("../key", join(folder.path, "in/link"))
    const sealing = await darkslide(folder.path, ["seal", "-r", to, "-o", "out", "in"])
    expect(sealing.code).toBe(0)
    expect(filesIn(join(folder.path, "out"))).toHaveLength(4)
  })
})

describe("a wrong command line", () => {
  test.each([
    ["no command", [], 1, /^$/],
    ["an unknown command", ["sael"], 1, /there is no command "sael"/],
    ["no recipient", ["seal", "in"], 1, /say for whom/],
    ["no such file", ["seal", "-r", to, "in", "nowhere"], 1, /nowhere cannot be read: ENOENT/],
    ["a bad recipient", ["seal", "-r", "age1qqq", "in"], 1, /-r: Cannot read recipient/],
    ["a secret as recipient", ["seal", "-r", me.toString(), "in"], 1, /-r: Cannot read recipient/],
    ["a passphrase and a recipient", ["seal", "-p", "-r", to, "in"], 1, /-p goes alone/],
    ["an unknown option", ["seal", "--armour", "in"], 1, /'--armour'/],
    ["a bad number", ["seal", "-r", to, "-j", "0", "in"], 1, /--jobs/],
    ["two results of one name", ["seal", "-r", to, "-o", "out", "in/a.jpg", "in/../in/a.jpg"], 1, /two files/],
    ["a result without a name", ["open", "-i", "key", "in/a.jpg"], 1, /say with -o/],
    ["nothing to open in a folder", ["open", "-i", "key", "in"], 1, /no file for this/],
    ["a key file that is none", ["open", "-i", "in/a.jpg", "x.age"], 1, /line 1/],
    ["rewrap in place without --force", ["rewrap", "-i", "key", "-r", to, "in/a.jpg"], 1, /--force/],
  ])("%s: exit code 1, and nothing is done", async (_what, args, code, message) => {
    using folder = temporaryFolder()
    fill(folder.path)
    const before = filesIn(folder.path)
    const outcome = await darkslide(folder.path, args)
    expect(outcome.code).toBe(code)
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stderr).not.toContain(me.toString())
    expect(filesIn(folder.path)).toEqual(before)
  })

  test.each(["keygen", "seal", "open", "inspect", "rewrap", "fernet", "import"])(
    "%s --help says how it is used",
    async (command) => {
      const outcome = await darkslide("/", [command, "--help"])
      expect(outcome).toMatchObject({ code: 0, stderr: "" })
      expect(outcome.stdout.toString()).toMatch(new RegExp(`^Usage: darkslide ${command} `))
    },
  )
})
