import { describe, expect, test } from "vitest"
import { armor, dearmor, inspect, open, openHeader, parseIdentity } from "@darkslide/crypto"
import { nobleAead } from "../../src/aead/noble.ts"
import { headerMacKey, payloadKey } from "../../src/age/file-key.ts"
import { formatHeader, parseHeader } from "../../src/age/header.ts"
import { preparePayload } from "../../src/age/payload.ts"
import { exampleIn } from "./example-in.ts"

describe("the worked example in docs/formats/age.md", () => {
  test("is what this package reads and writes", async () => {
    const value = exampleIn("age")
    const bytes = (name: string): Uint8Array => new Uint8Array(Buffer.from(value(name), "hex"))
    const me = parseIdentity(value("identity"))
    expect(me.recipient.toString()).toBe(value("recipient"))
    const [header, payload, fileKey] = [bytes("header"), bytes("payload"), bytes("fileKey")]
    const lines = ["age-encryption.org/v1", value("stanza"), value("body"), value("macLine"), ""]
    expect(new TextDecoder().decode(header)).toBe(lines.join("\n"))
    expect(hex(await openHeader(header, { with: [me] }))).toBe(value("fileKey"))
    expect(hex(headerMacKey(fileKey))).toBe(value("macKey"))
    expect(hex(formatHeader(fileKey, parseHeader(header).stanzas))).toBe(value("header"))

    const nonce = bytes("nonce")
    expect(hex(payloadKey(fileKey, nonce))).toBe(value("payloadKey"))
    const sealed = new Uint8Array(payload.length)
    await (
      await preparePayload(fileKey, new TextEncoder().encode(value("plaintext")), nobleAead, nonce)
    ).sealInto(sealed)
    expect(hex(sealed)).toBe(value("payload"))

    const file = new Uint8Array([...header, ...payload])
    expect(new TextDecoder().decode(await open(file, { with: [me] }))).toBe(value("plaintext"))
    expect(armor(file).split("\n").slice(1, -2).join("")).toBe(value("armored"))
    expect(dearmor(armor(file))).toEqual(file)
    expect((await inspect(file)).plaintextBytes).toBe(value("plaintext").length)
  })
})

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex")
}
