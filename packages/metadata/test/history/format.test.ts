import { readFileSync } from "node:fs"
import { openPayload, sha256 } from "@darkslide/crypto"
import { expect, test } from "vitest"
import { memorySegments, openHistory } from "@darkslide/metadata/history"
import { emptyHead, logKeys } from "../../src/history/history-keys.ts"
import { sealWithNonce } from "./seal-with-nonce.ts"

test("the worked example in docs/formats/history.md is what this package reads", async () => {
  const value = example()
  const bytes = (name: string): Uint8Array => new Uint8Array(Buffer.from(value(name), "hex"))
  const keys = { accountId: value("accountId"), historyKey: bytes("historyKey") }
  const log = logKeys(keys, value("log"))
  const number = Number(value("number"))
  expect(hex(log.fileKey(number))).toBe(value("fileKey"))

  // The page shows how the sealed segment starts and ends, and its hash.
  const plaintext = new Uint8Array(4096).fill(0x0a)
  plaintext.set(new TextEncoder().encode(`${value("header")}\n${value("line")}\n`))
  const whole = sealWithNonce(bytes("fileKey"), bytes("nonce"), plaintext)
  expect(hex(whole).startsWith(value("start"))).toBe(true)
  expect(hex(whole).endsWith(value("tag"))).toBe(true)
  expect(await openPayload(bytes("fileKey"), whole)).toEqual(plaintext)
  expect(hex(sha256(whole))).toBe(value("sealedHash"))
  const head = { count: number, hash: log.chainHash(number, emptyHead.hash, sha256(whole)) }
  expect(head.hash).toBe(value("headHash"))

  const store = memorySegments()
  await store.put(number, whole, {})
  const history = await openHistory({ store, keys, head, log: value("log") })
  expect((await history.search()).records).toEqual([JSON.parse(value("line"))])
})

/** The block of the page that starts with `example`: a name and a value on each line. */
function example(): (name: string) => string {
  const page = readFileSync(new URL("../../../../docs/formats/history.md", import.meta.url), "utf8")
  const lines = /```text\n(example .*?)```/s.exec(page)?.[1]?.trim().split("\n") ?? []
  const values = new Map(lines.map((line) => [line.split(/\s+/)[0] ?? "", line.replace(/^\S+\s+/, "")]))
  return (name) => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`The example of history.md has no ${name}`)
    return value
  }
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex")
}
