import { describe, expect, test } from "vitest"
import { fernetOpen, fernetRotate, fernetSeal, generateFernetKey, parseFernetKey } from "@darkslide/crypto/fernet"
import { chooseFernetCipher } from "../../src/fernet/cipher.ts"
import { fernetSealWith, timestampOf } from "../../src/fernet/fernet.ts"
import { pythonWith, runPython } from "../peers/python.ts"

const python = pythonWith("cryptography.fernet")
const suite =
  python === undefined
    ? "Python's cryptography (left out: python3-cryptography is not installed)"
    : "Python's cryptography"
const run = (code: string, input: unknown): unknown =>
  runPython(
    python ?? "",
    `import json, sys, base64\nfrom cryptography.fernet import *\nx = json.load(sys.stdin)\n${code}`,
    input,
  )

const sizes = [0, 1, 15, 16, 17, 1000, 65_536, 300_001]
const plaintexts = sizes.map((size) => new Uint8Array(size).map((_, index) => index * 31))
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")

describe.skipIf(python === undefined)(suite, () => {
  test("opens what fernetSeal() makes", () => {
    const key = generateFernetKey()
    const tokens = plaintexts.map((plaintext) => fernetSeal(plaintext, { key }))
    const opened = run(
      `f = Fernet(x["key"]); print(json.dumps([base64.b64encode(f.decrypt(t.encode(), ttl=60)).decode() for t in x["tokens"]]))`,
      { key: key.toString(), tokens },
    )
    expect(opened).toEqual(plaintexts.map(base64))
  })

  test("makes what fernetOpen() opens", () => {
    const made = run(
      `k = Fernet.generate_key(); f = Fernet(k)
print(json.dumps({"key": k.decode(), "tokens": [f.encrypt(base64.b64decode(p)).decode() for p in x]}))`,
      plaintexts.map(base64),
    ) as { key: string; tokens: readonly string[] }
    const key = parseFernetKey(made.key)
    for (const [index, token] of made.tokens.entries())
      expect(Buffer.compare(fernetOpen(token, { key, ttlSeconds: 60 }), plaintexts[index] ?? new Uint8Array())).toBe(0)
  })

  test("rotates as fernetRotate() does, both ways, and keeps the timestamp", () => {
    const keys = [generateFernetKey(), generateFernetKey(), generateFernetKey()] as const
    const names = keys.map(String)
    const token = sealAt(keys[2], 1_700_000_000)
    const ours = fernetRotate(token, { keys })
    const answer = run(
      `m = MultiFernet([Fernet(k) for k in x["keys"]])
print(json.dumps({"theirs": m.rotate(x["token"].encode()).decode(), "opened": m.decrypt(x["ours"].encode()).decode(),
  "at": Fernet(x["keys"][0]).extract_timestamp(x["ours"].encode())}))`,
      { keys: names, token, ours },
    ) as { theirs: string; opened: string; at: number }
    expect(answer).toMatchObject({ opened: "rotate me", at: 1_700_000_000 })
    const now = new Date(1_700_000_060_000)
    expect(text(fernetOpen(answer.theirs, { key: keys[0], ttlSeconds: 60, now }))).toBe("rotate me")
    expect(text(fernetOpen(ours, { key: keys[0], ttlSeconds: 60, now }))).toBe("rotate me")
  })

  test("draws the bounds of time where fernetOpen() does", () => {
    const key = generateFernetKey()
    const token = sealAt(key, 1_700_000_000)
    const times = [-61, -60, -1, 0, 59, 60, 61].map((offset) => 1_700_000_000 + offset)
    const theirs = run(
      `f = Fernet(x["key"])
def ok(now):
    try: f.decrypt_at_time(x["token"].encode(), 60, now); return True
    except InvalidToken: return False
print(json.dumps([ok(now) for now in x["times"]]))`,
      { key: key.toString(), token, times },
    )
    const ours = times.map((seconds) => {
      try {
        return fernetOpen(token, { key, ttlSeconds: 60, now: new Date(seconds * 1000) }).length > 0
      } catch {
        return false
      }
    })
    expect(ours).toEqual(theirs)
    expect(ours).toEqual([false, true, true, true, true, true, false])
  })
})

function sealAt(key: ReturnType<typeof generateFernetKey>, seconds: number): string {
  const timestamp = timestampOf(new Date(seconds * 1000))
  const iv = new Uint8Array(16).fill(7)
  return fernetSealWith(new TextEncoder().encode("rotate me"), key, { timestamp, iv, cipher: chooseFernetCipher() })
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
