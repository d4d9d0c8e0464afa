import { readFileSync } from "node:fs"
import {
  accountIdOf,
  chunkList,
  chunkListHash,
  documentHash,
  keyCommitment,
  openPayload,
  openSigned,
  signDocument,
  signerFromSeed,
} from "@darkslide/crypto"
import { describe, expect, test } from "vitest"
import { nobleAead } from "../../src/aead/noble.ts"
import { preparePayload } from "../../src/age/payload.ts"
import { passwordWrapKey, unwrapMasterKey } from "../../src/keyring/wraps.ts"

describe("the worked examples in docs/formats", () => {
  test("signed-document.md", async () => {
    const example = exampleIn("signed-document")
    const signer = signerFromSeed(bytes(example, "seed"))
    expect(hex(signer.publicKey)).toBe(example.get("publicKey"))
    const value: unknown = JSON.parse(example.get("json") ?? "")
    const domain = example.get("domain") ?? ""
    const document = bytes(example, "document")
    expect(openSigned(domain, document, signer.publicKey)).toEqual(value)
    expect(hex(await signDocument(domain, value as object, signer))).toBe(example.get("document"))
    expect(hex(documentHash(document))).toBe(example.get("hash"))
  })

  test("capture.md", async () => {
    const example = exampleIn("capture")
    const [fileKey, nonce, media] = [bytes(example, "fileKey"), bytes(example, "mediaNonce"), bytes(example, "media")]
    const plaintext = new TextEncoder().encode(example.get("plaintext"))
    expect(await openPayload(fileKey, media)).toEqual(plaintext)
    const sealed = new Uint8Array(media.length)
    await (await preparePayload(fileKey, plaintext, nobleAead, nonce)).sealInto(sealed)
    expect(hex(sealed)).toBe(example.get("media"))
    expect(hex(chunkList(media))).toBe(example.get("chunks"))
    expect(hex(chunkListHash(nonce, chunkList(media)))).toBe(example.get("chunksHash"))
    expect(hex(keyCommitment(fileKey, nonce))).toBe(example.get("keyCommitment"))
  })

  test("account.md", () => {
    const example = exampleIn("account")
    const accountId = accountIdOf(bytes(example, "rootKey"))
    expect(accountId).toBe(example.get("accountId"))
    const wrapKey = passwordWrapKey(bytes(example, "exportKey"))
    expect(hex(wrapKey)).toBe(example.get("wrapKey"))
    const opened = unwrapMasterKey(bytes(example, "wrap"), wrapKey, { kind: "password", accountId })
    expect(hex(opened.masterKey)).toBe(example.get("masterKey"))
    expect(opened.context).toMatchObject({ epoch: 1, version: 1 })
  })
})

/** The block of a page that starts with `example`: a name and a value on each line. */
function exampleIn(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(new URL(`../../../../docs/formats/${page}.md`, import.meta.url), "utf8")
  const block = /```text\n(example .*?)```/s.exec(text)?.[1] ?? ""
  const lines = block.trim().split("\n")
  return new Map(lines.map((line) => [line.split(/\s+/)[0] ?? "", line.replace(/^\S+\s+/, "")]))
}

function bytes(example: ReadonlyMap<string, string>, name: string): Uint8Array {
  return new Uint8Array(Buffer.from(example.get(name) ?? "", "hex"))
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex")
}
