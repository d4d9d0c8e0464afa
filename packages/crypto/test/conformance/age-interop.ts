import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { dearmor, open, passphraseIdentity, type Identity } from "@darkslide/crypto"
import { parseIdentityFile } from "@darkslide/crypto/files"
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
  const sealed = new Uint8Array(await readFile(join(folder, vector)))
  const binary = file.includes(".armored.") ? dearmor(sealed) : sealed
  const size = Number(/-(\d+)\.(?:armored\.)?age$/.exec(file)?.[1])
  const outcomes = []
  for (const identity of await identitiesFor(join(folder, maker), file)) {
    const plaintext = await open(binary, { with: [identity] })
    outcomes.push(plaintext.length === size && plaintext.every((byte) => byte === 0x44))
  }
  return { vector, kind: kindOf(file), outcome: outcomes.length > 0 && outcomes.every(Boolean) ? "passed" : "failed" }
}

function kindOf(file: string): string {
  if (file.includes(".armored.")) return "armor"
  return /^(?:ssh-ed25519|ssh-rsa|scrypt|pq|mixed)/.exec(file)?.[0] ?? "X25519"
}

/** Everyone who can open a file, each tried alone. */
async function identitiesFor(folder: string, file: string): Promise<readonly Identity[]> {
  const scrypt = /^scrypt-\d+-([0-9a-f]+|empty)-/.exec(file)?.[1]
  if (scrypt !== undefined) return [passphraseIdentity(scrypt === "empty" ? "" : Buffer.from(scrypt, "hex").toString())]
  const passphrase = file.includes("encrypted-key") ? "passphrase1" : undefined
  const read = async (key: string): Promise<readonly Identity[]> =>
    parseIdentityFile(await readFile(join(folder, key), "utf8"), { passphrase })
  return (await Promise.all(keyFilesFor(file).map(read))).flat()
}

function keyFilesFor(file: string): readonly string[] {
  const keys: readonly (readonly [prefix: string, files: readonly string[]])[] = [
    ["ssh-ed25519-encrypted-key-", ["ssh_ed25519_enc"]],
    ["ssh-ed25519-", ["ssh_ed25519"]],
    ["ssh-rsa2048-", ["ssh_rsa2048"]],
    ["ssh-rsa3072-", ["ssh_rsa3072"]],
    ["ssh-rsa-pem-", ["ssh_rsa_pem"]],
    ["ssh-rsa-pkcs8-", ["ssh_rsa_pkcs8"]],
    ["mixed-pq-x25519-", ["pq.key", "x.key"]],
    ["mixed-x25519-ssh-rsa-", ["x1.key", "ssh_rsa2048"]],
    ["mixed-x25519-ssh-ed25519-", ["x1.key", "ssh_ed25519"]],
    ["mixed-", ["x1.key", "ssh_ed25519", "ssh_rsa2048"]],
    ["pq-2recipients-", ["pq.key", "pq2.key"]],
    ["pq-", ["pq.key"]],
    ["x25519-3recipients-", ["x1.key", "x2.key", "x3.key"]],
    ["x25519-", ["x1.key"]],
  ]
  return keys.find(([prefix]) => file.startsWith(prefix))?.[1] ?? []
}
