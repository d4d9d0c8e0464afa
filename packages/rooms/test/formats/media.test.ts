import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { readCallSignal } from "../../src/media/call-signal.ts"
import { envelopes, type FrameCodec } from "../../src/media/frame-codec.ts"
import { FrameOpener } from "../../src/media/frame-opener.ts"
import { FrameSealer } from "../../src/media/frame-sealer.ts"

const page = readFileSync(new URL("../../../../docs/formats/media.md", import.meta.url), "utf8")
const example = /```text\n(example .*?)```/s.exec(page)?.[1] ?? ""
const lines = new Map(example.split("\n").map((line) => line.split(/\s+/u) as [string, string]))
const bytes = (name: string): Uint8Array<ArrayBuffer> => {
  const value = lines.get(name)
  if (value === undefined) throw new Error(`The example of media.md has no ${name}`)
  return new Uint8Array(Buffer.from(value, "hex"))
}
const key = { epoch: 21n, leafIndex: 3, baseKey: bytes("baseKey"), senders: [3], keepMs: 2000 }
const cases = Object.keys(envelopes).flatMap((codec) =>
  [false, true]
    .filter((isKey) => lines.has(codec + (isKey ? "Key" : "")))
    .map((isKey) => ({ codec: codec as FrameCodec, isKey, name: codec + (isKey ? "Key" : "") })),
)

describe("docs/formats/media.md", () => {
  test.each(cases)("seals and opens $name as it says", async ({ codec, isKey, name }) => {
    const sealer = new FrameSealer(0)
    await sealer.setEpoch(key)
    expect(await sealer.seal(bytes("frame"), codec, isKey)).toEqual(bytes(name))
    expect(envelopes[codec].unwrap(bytes(name))).toEqual(bytes("sframe"))
    const opener = new FrameOpener(() => {})
    opener.setEpoch(key)
    expect(await opener.open(bytes(name), codec, 3)).toEqual({
      frame: new Uint8Array(bytes("frame")),
      keyId: BigInt(`0x${lines.get("keyId")}`),
    })
    opener.close()
  })

  test("has an example of each codec, and of an escape", () => {
    expect(cases.map(({ name }) => name)).toEqual(["vp8", "vp8Key", "vp9", "av1", "av1Key", "h264", "h264Key", "opus"])
    expect(envelopes.h264.wrap(bytes("escape"), false)).toEqual(bytes("escaped"))
  })

  test("shows messages as they are", () => {
    const messages = (/```json\n(.*?)```/s.exec(page)?.[1] ?? "").trim().split("\n")
    expect(messages).toHaveLength(6)
    for (const message of messages) expect(JSON.stringify(readCallSignal(JSON.parse(message)))).toBe(message)
  })
})
