import { fernetKeyFromPassword, parseFernetKey, type FernetKey } from "../fernet/fernet-key.ts"
import { fromBase64 } from "../bytes/base64.ts"
import { orUsage, readKeyFile } from "./keys.ts"
import type { PassphraseSource } from "./passphrase.ts"
import { UsageError } from "./usage-error.ts"

export const fernetKeyOptions = {
  key: { type: "string", short: "k", multiple: true },
  salt: { type: "string" },
  iterations: { type: "string" },
} as const

export const fernetKeyOptionsHelp = `  -k, --key FILE         Fernet keys, one per line, as Fernet.generate_key() prints them; the first one seals
      --salt BASE64      make the key from a password instead, by PBKDF2-HMAC-SHA-256 with this salt
      --iterations N     and this count (default 100000)`

export interface FernetKeyArguments {
  readonly key?: readonly string[] | undefined
  readonly salt?: string | undefined
  readonly iterations?: string | undefined
}

/**
 * The keys that `-k` names, or the one of a password.
 * @throws UsageError
 */
export async function readFernetKeys(
  { key: paths = [], salt, iterations = "100000" }: FernetKeyArguments,
  passphrases: PassphraseSource,
): Promise<readonly FernetKey[]> {
  if (salt !== undefined) {
    if (paths.length > 0) throw new UsageError("--salt makes the key of a password: give either it or -k")
    if (!/^[1-9][0-9]{0,9}$/.test(iterations) || Number(iterations) >= 2 ** 31)
      throw new UsageError("--iterations takes a number from 1 to 2147483647")
    const bytes = orUsage("--salt", () => fromBase64(salt.replace(/=+$/, "")))
    return [
      await fernetKeyFromPassword(await passphrases.ask("Password: "), { salt: bytes, iterations: Number(iterations) }),
    ]
  }
  const keys: FernetKey[] = []
  for (const path of paths) keys.push(...parseKeys(path, new TextDecoder().decode(await readKeyFile(path))))
  if (keys.length === 0) throw new UsageError("say with which key: -k, or --salt for one that is made of a password")
  return keys
}

function parseKeys(path: string, text: string): readonly FernetKey[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => orUsage(path, () => parseFernetKey(line)))
}
