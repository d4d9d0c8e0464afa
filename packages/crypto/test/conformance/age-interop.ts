import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { open, parseIdentity, passphraseIdentity, type Identity } from "@darkslide/crypto"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"

/** Files that other age programs made; each holds as many bytes of "D" as its name says. */
export const set: ConformanceSet = {
  name: "age-interop",
  async *run(folder) {
    for (const maker of ["agecli", "typage"]) {
      const files = (await readdir(join(folder, maker))).filter((name) => name.endsWith(".age")).toSorted()
      for (const file of files) yield await runFile(folder, maker, file)
    }
  },
}

async function runFile(folder: string, maker: string, file: string): Promise<VectorOutcome> {
  const vector = `${maker}/${file}`
  const kind = kindNotBuilt(file)
  if (kind !== undefined) return { vector, kind, outcome: "not-built" }
  const identity = await identityFor(join(folder, maker), file)
  const plaintext = await open(new Uint8Array(await readFile(join(folder, vector))), { with: [identity] })
  const size = Number(/-(\d+)\.age$/.exec(file)?.[1])
  const right = plaintext.length === size && plaintext.every((byte) => byte === 0x44)
  return { vector, kind: file.startsWith("scrypt") ? "scrypt" : "X25519", outcome: right ? "passed" : "failed" }
}

function kindNotBuilt(file: string): string | undefined {
  if (file.includes(".armored.")) return "armor"
  if (file.startsWith("ssh-")) return "ssh"
  return file.startsWith("pq-") ? "hybrid" : undefined
}

async function identityFor(folder: string, file: string): Promise<Identity> {
  const passphrase = /^scrypt-\d+-([0-9a-f]+|empty)-/.exec(file)?.[1]
  if (passphrase !== undefined)
    return passphraseIdentity(passphrase === "empty" ? "" : Buffer.from(passphrase, "hex").toString())
  const key = await readFile(join(folder, folder.endsWith("agecli") ? "x1.key" : "x.key"), "utf8")
  const line = key.split("\n").find((text) => text.startsWith("AGE-SECRET-KEY-1"))
  return parseIdentity(line ?? "")
}
