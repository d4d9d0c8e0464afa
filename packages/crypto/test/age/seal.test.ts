import { execFile, execFileSync } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { Decrypter, Encrypter } from "age-encryption"
import { describe, expect, test } from "vitest"
import {
  generateKeyPair,
  isDarkslideError,
  open,
  openStream,
  parseIdentity,
  parseRecipient,
  passphraseIdentity,
  passphraseRecipient,
  seal,
  sealStream,
  type Recipient,
} from "@darkslide/crypto"

const bytes = new Uint8Array(100_000).map((_, i) => i)

describe("seal()", () => {
  test("refuses an empty recipient list", async () => {
    await expect(seal(bytes, { to: [] })).rejects.toThrow(RangeError)
  })

  test("seals to several recipients, each of whom opens it, and to nobody else", async () => {
    const [a, b, stranger] = [generateKeyPair(), generateKeyPair(), generateKeyPair()]
    const sealed = await seal(bytes, { to: [a.recipient, b.recipient] })
    for (const one of [a, b]) expect(await open(sealed, { with: [stranger, one] })).toEqual(bytes)
    await expect(open(sealed, { with: [stranger] })).rejects.toMatchObject({ code: "CRYPTO_NO_IDENTITY_MATCHED" })
  })

  test("refuses a passphrase beside another recipient", async () => {
    const to = [generateKeyPair().recipient, passphraseRecipient("x", { workFactor: 1 })]
    await expect(seal(bytes, { to })).rejects.toThrow(TypeError)
  })

  test("takes any object with a wrap method as recipient", async () => {
    const me = generateKeyPair()
    const grease: Recipient = { wrap: async () => [{ type: "grease", args: ["a"], body: new Uint8Array(96) }] }
    expect(await open(await seal(bytes, { to: [grease, me.recipient] }), { with: [me] })).toEqual(bytes)
  })

  test("leaves its input as it was, and makes another file each time", async () => {
    const me = generateKeyPair()
    const input = bytes.slice()
    const [first, second] = await Promise.all([
      seal(input, { to: [me.recipient] }),
      seal(input, { to: [me.recipient] }),
    ])
    expect(input).toEqual(bytes)
    expect(first).not.toEqual(second)
  })

  test("rejects with the signal's reason", async () => {
    const reason = new Error("enough")
    const to = [generateKeyPair().recipient]
    await expect(seal(bytes, { to, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const aborted = new Blob([bytes]).stream().pipeThrough(sealStream({ to, signal: AbortSignal.abort(reason) }))
    await expect(new Response(aborted).arrayBuffer()).rejects.toBe(reason)
  })
})

describe("passphraseIdentity()", () => {
  test("opens what passphraseRecipient() sealed, and nothing under another passphrase", async () => {
    const sealed = await seal(bytes, { to: [passphraseRecipient("дарк ✓", { workFactor: 6 })] })
    expect(await open(sealed, { with: [passphraseIdentity("дарк ✓")] })).toEqual(bytes)
    await expect(open(sealed, { with: [passphraseIdentity("other")] })).rejects.toMatchObject({
      code: "CRYPTO_NO_IDENTITY_MATCHED",
    })
  })

  test("refuses work above its limit before doing any", async () => {
    const sealed = await seal(bytes, { to: [passphraseRecipient("x", { workFactor: 12 })] })
    await expect(open(sealed, { with: [passphraseIdentity("x", { maxWorkFactor: 11 })] })).rejects.toMatchObject({
      code: "CRYPTO_LIMIT_EXCEEDED",
    })
  })
})

describe("parseIdentity()", () => {
  test("never repeats the secret in its message", () => {
    const secret = generateKeyPair().toString().replace(/.$/, "B")
    expect(() => parseIdentity(secret)).toThrow(/^Cannot read identity: not Bech32/)
  })

  test("refuses a recipient, and parseRecipient() an identity", () => {
    const me = generateKeyPair()
    expect(() => parseIdentity(me.recipient.toString())).toThrow()
    expect(() => parseRecipient(me.toString())).toThrow()
  })
})

describe("openStream()", () => {
  test("releases every verified chunk before the error of a cut file", async () => {
    const me = generateKeyPair()
    const sealed = await seal(new Uint8Array(200_000), { to: [me.recipient] })
    const cut = new Blob([sealed.slice(0, -10)]).stream().pipeThrough(openStream({ with: [me] }))
    let released = 0
    const reading = async () => {
      for await (const chunk of cut) released += chunk.length
    }
    await expect(reading()).rejects.toSatisfy((error) => isDarkslideError(error, "CRYPTO_AUTHENTICATION_FAILED"))
    expect(released).toBe(3 * 65_536)
  })

  test("cancels its source when the reader leaves", async () => {
    const me = generateKeyPair()
    const sealed = await seal(new Uint8Array(4_000_000), { to: [me.recipient] })
    let cancelled = false
    let offset = 0
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(sealed.slice(offset, (offset += 10_000))),
      cancel: () => void (cancelled = true),
    })
    const reader = source.pipeThrough(openStream({ with: [me] })).getReader()
    await reader.read()
    await reader.cancel()
    await expect.poll(() => cancelled).toBe(true)
  })
})

describe("beside other age programs", () => {
  test("age-encryption opens what seal() made, and the reverse", async () => {
    const me = generateKeyPair()
    const theirs = new Decrypter()
    theirs.addIdentity(me.toString())
    expect(await theirs.decrypt(await seal(bytes, { to: [me.recipient] }))).toEqual(bytes)
    const sealer = new Encrypter()
    sealer.addRecipient(me.recipient.toString())
    expect(await open(await sealer.encrypt(bytes), { with: [me] })).toEqual(bytes)
  })

  const age = hasAge()
  test.skipIf(!age)("the age program opens what seal() made, and the reverse", async () => {
    const folder = await mkdtemp(join(tmpdir(), "darkslide-age-"))
    const run = promisify(execFile)
    try {
      const me = generateKeyPair()
      const key = join(folder, "key")
      const file = join(folder, "file.age")
      const plain = join(folder, "plain")
      await writeFile(key, me.toString())
      for (const size of [0, 1, 65_535, 65_536, 65_537, 300_000]) {
        const plaintext = bytes.length >= size ? bytes.slice(0, size) : new Uint8Array(size)
        await writeFile(file, await seal(plaintext, { to: [me.recipient] }))
        const { stdout } = await run("age", ["-d", "-i", key, file], { encoding: "buffer" })
        expect(Buffer.compare(stdout, plaintext)).toBe(0)
        await writeFile(plain, plaintext)
        await run("age", ["-e", "-r", me.recipient.toString(), "-o", file, plain])
        expect(Buffer.compare(await open(new Uint8Array(await readFile(file)), { with: [me] }), plaintext)).toBe(0)
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

function hasAge(): boolean {
  try {
    execFileSync("age", ["--version"])
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false
    throw error
  }
}
