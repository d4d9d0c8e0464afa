import { fromBase64Url, generateOpaqueServerKeys, toBase64Url } from "@darkslide/crypto"
import type { OpaqueServerKeys } from "@darkslide/crypto"
import { randomBytes } from "node:crypto"
import { readFile } from "node:fs/promises"
import * as z from "zod"
import { writeDurably } from "./durable-files.ts"

/** What must not lie beside the rows: with both, a password can be guessed at one Argon2id per try. */
export interface ServerSecrets {
  readonly opaque: OpaqueServerKeys
  /** 32 bytes, keys the credential ids. */
  readonly pepper: Uint8Array
}

/** Reads `secrets.json`, or makes it (mode 0600) at the first start. Losing it locks every account out. */
export async function openServerSecrets(path: string): Promise<ServerSecrets> {
  const known = await readIfThere(path)
  if (known !== undefined) return parseSecrets(path, known)
  const made: ServerSecrets = { opaque: generateOpaqueServerKeys(), pepper: new Uint8Array(randomBytes(32)) }
  await writeDurably(path, serialiseSecrets(made))
  return made
}

const bytes = (length: number) =>
  z
    .string()
    .transform((text) => fromBase64Url(text))
    .refine((value) => value.length === length)
const secretsFile = z.strictObject({
  v: z.literal(1),
  oprfSeed: bytes(64),
  privateKey: bytes(32),
  publicKey: bytes(32),
  pepper: bytes(32),
})

function parseSecrets(path: string, text: string): ServerSecrets {
  try {
    const { oprfSeed, privateKey, publicKey, pepper } = secretsFile.parse(JSON.parse(text))
    return { opaque: { oprfSeed, privateKey, publicKey }, pepper }
  } catch {
    // The cause would quote the file: it stays out of the message and the log.
    throw new Error(`Cannot read server secrets ${path}: the file is damaged, restore it from a backup`)
  }
}

function serialiseSecrets({ opaque, pepper }: ServerSecrets): string {
  const file = {
    v: 1,
    oprfSeed: toBase64Url(opaque.oprfSeed),
    privateKey: toBase64Url(opaque.privateKey),
    publicKey: toBase64Url(opaque.publicKey),
    pepper: toBase64Url(pepper),
  }
  return `${JSON.stringify(file, undefined, 2)}\n`
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}
