import { readFile } from "node:fs/promises"
import { isArmored } from "../age/armor.ts"
import { openIdentityFile, parseIdentityFile, type KeyIdentity } from "../age/identity-file.ts"
import { passphraseIdentity, passphraseRecipient } from "../age/passphrase.ts"
import { parseAnyRecipient, parseRecipientFile } from "../age/recipient-file.ts"
import type { Identity, Recipient } from "../age/recipient.ts"
import { CryptoError } from "../errors.ts"
import { readWhole } from "./pieces.ts"
import type { PassphraseSource } from "./passphrase.ts"
import { isSystemError } from "./system-error.ts"
import { UsageError } from "./usage-error.ts"

export const recipientOptions = {
  recipient: { type: "string", short: "r", multiple: true },
  "recipients-file": { type: "string", short: "R", multiple: true },
  identity: { type: "string", short: "i", multiple: true },
  passphrase: { type: "boolean", short: "p" },
} as const

export interface KeyArguments {
  readonly recipient?: readonly string[] | undefined
  readonly "recipients-file"?: readonly string[] | undefined
  readonly identity?: readonly string[] | undefined
  readonly passphrase?: boolean | undefined
}

/** Everyone whom `-r` and `-R` name. @throws UsageError */
export async function readRecipients(keys: KeyArguments): Promise<readonly Recipient[]> {
  const named = (keys.recipient ?? []).map((text) => orUsage("-r", () => parseAnyRecipient(text)))
  const listed = (keys["recipients-file"] ?? []).map(async (path) => {
    const text = new TextDecoder().decode(await readKeyFile(path))
    return orUsage(path, () => parseRecipientFile(text))
  })
  return [...named, ...(await Promise.all(listed)).flat()]
}

/**
 * Whom `-r`, `-R`, `-i` and `-p` name together.
 * @throws UsageError when they name nobody, or a passphrase beside others.
 */
export async function readAllRecipients(
  keys: KeyArguments,
  passphrases: PassphraseSource,
): Promise<readonly Recipient[]> {
  const [named, own] = [await readRecipients(keys), await readIdentities(keys.identity ?? [], passphrases)]
  const to = [...named, ...own.map(({ recipient }) => recipient)]
  if (keys.passphrase !== true) {
    if (to.length === 0) throw new UsageError("say for whom: -r, -R, -i or -p")
    return to
  }
  if (to.length > 0) throw new UsageError("-p goes alone: a passphrase must be the only recipient of a file")
  return [await readPassphraseRecipient(passphrases)]
}

async function readPassphraseRecipient(passphrases: PassphraseSource): Promise<Recipient> {
  return passphraseRecipient(await passphrases.askNew("Passphrase"))
}

/** The identities of `-i` files; of an encrypted one, the passphrase is asked now. @throws UsageError */
export async function readIdentities(
  paths: readonly string[],
  passphrases: PassphraseSource,
): Promise<readonly KeyIdentity[]> {
  const identities: KeyIdentity[] = []
  for (const path of paths) {
    const bytes = await readKeyFile(path)
    const ask = (): Promise<string> => passphrases.ask(`Passphrase of ${path}: `)
    if (isAgeFile(bytes)) {
      identities.push(...(await openIdentityFile(bytes, { with: [passphraseIdentity(await ask())] })))
    } else {
      const text = new TextDecoder().decode(bytes)
      identities.push(...orUsage(path, () => parseIdentityFile(text, { passphrase: once(ask) })))
    }
  }
  return identities
}

/** Opens files that were sealed to a passphrase: asks for it when the first one comes, and tries it on the others. */
export function askingIdentity(passphrases: PassphraseSource): Identity {
  const ask = once(() => passphrases.ask("Passphrase: "))
  return {
    unwrap: async (stanzas) =>
      stanzas[0]?.type === "scrypt" ? await passphraseIdentity(await ask()).unwrap(stanzas) : null,
  }
}

function isAgeFile(bytes: Uint8Array): boolean {
  return isArmored(bytes) || new TextDecoder().decode(bytes.subarray(0, 19)) === "age-encryption.org/"
}

/** @throws UsageError when there is no such file. `-` is standard input. */
export async function readKeyFile(path: string): Promise<Uint8Array> {
  try {
    return path === "-" ? await readWhole(process.stdin) : new Uint8Array(await readFile(path))
  } catch (error) {
    if (isSystemError(error, "ENOENT", "EACCES", "EISDIR", "ENOTDIR"))
      throw new UsageError(`${path} cannot be read: ${error.code}`, { cause: error })
    throw error
  }
}

/** A key on the command line that is none is the caller's mistake. */
export function orUsage<T>(where: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof CryptoError) throw new UsageError(`${where}: ${error.message}`, { cause: error })
    throw error
  }
}

/** As {@link orUsage}. */
export async function orUsageAsync<T>(where: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof CryptoError) throw new UsageError(`${where}: ${error.message}`, { cause: error })
    throw error
  }
}

function once(ask: () => Promise<string>): () => Promise<string> {
  let answer: Promise<string> | undefined
  return () => (answer ??= ask())
}
