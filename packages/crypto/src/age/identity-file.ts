import { fromUtf8 } from "../bytes/utf8.ts"
import { CryptoError, isDarkslideError } from "../errors.ts"
import { dearmor, isArmored } from "./armor.ts"
import { parseHybridIdentity } from "./hybrid.ts"
import { open, type OpenOptions } from "./open.ts"
import type { Identity, Recipient } from "./recipient.ts"
import { parseSshIdentity } from "./ssh-key-file.ts"
import type { SshIdentityOptions } from "./ssh-private-key.ts"
import { parseIdentity } from "./x25519.ts"

/** An identity that knows what others seal to it with. */
export interface KeyIdentity extends Identity {
  readonly recipient: Recipient
}

/** A file with more lines is refused. */
const maxIdentities = 10_000

/**
 * Reads an identity file as `age-keygen` writes it: one `AGE-SECRET-KEY-…` per line, `#` before comments, empty lines
 * allowed. An SSH private key file is read as the one identity that it is.
 * @throws CryptoError `CRYPTO_MALFORMED` naming the line, never what stands in it; also for a file without identities.
 *
 * @example
 * ```ts
 * import { parseIdentityFile } from "@darkslide/crypto/files"
 *
 * const me = generateKeyPair()
 * const [identity] = parseIdentityFile(`# my key\n${me}\n`)
 * assert.ok(identity)
 * const sealed = await seal(new Uint8Array([7]), { to: [me.recipient] })
 * assert.deepEqual(await open(sealed, { with: [identity] }), new Uint8Array([7]))
 * ```
 */
export function parseIdentityFile(text: string, options: SshIdentityOptions = {}): readonly KeyIdentity[] {
  if (text.trimStart().startsWith("-----BEGIN ")) return [parseSshIdentity(text, options)]
  return parseLines(text, "identity", parseNativeIdentity)
}

function parseNativeIdentity(line: string): KeyIdentity {
  const upper = line.toUpperCase()
  if (upper.startsWith("AGE-PLUGIN-"))
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read identity: plugins of age are not supported")
  return upper.startsWith("AGE-SECRET-KEY-PQ-1") ? parseHybridIdentity(line) : parseIdentity(line)
}

/**
 * Reads an identity file that is itself an age file, as `age -p` makes them of an identity file; armored or not.
 * @param options.with - Who opens it: usually a `passphraseIdentity`.
 * @throws CryptoError as {@link open} and {@link parseIdentityFile}
 *
 * @example
 * ```ts
 * import { openIdentityFile } from "@darkslide/crypto/files"
 *
 * const me = generateKeyPair()
 * const file = await seal(new TextEncoder().encode(`${me}\n`), { to: [passphraseRecipient("secret", { workFactor: 10 })] })
 * const identities = await openIdentityFile(file, { with: [passphraseIdentity("secret")] })
 * assert.equal(identities.length, 1)
 * ```
 */
export async function openIdentityFile(file: Uint8Array, options: OpenOptions): Promise<readonly KeyIdentity[]> {
  const sealed = isArmored(file) ? dearmor(file) : file
  return parseIdentityFile(fromUtf8(await open(sealed, options)))
}

/** Reads one thing of each line that is neither empty nor a comment; errors name the line. */
export function parseLines<T>(text: string, what: string, parse: (line: string) => T): readonly T[] {
  const found: T[] = []
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim()
    if (line === "" || line.startsWith("#")) continue
    if (found.length === maxIdentities)
      throw new CryptoError("CRYPTO_LIMIT_EXCEEDED", `Cannot read ${what} file: more than ${maxIdentities} of them`)
    found.push(parseLine(line, index + 1, what, parse))
  }
  if (found.length === 0) throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${what} file: there is none in it`)
  return found
}

function parseLine<T>(line: string, number: number, what: string, parse: (line: string) => T): T {
  try {
    return parse(line)
  } catch (cause) {
    if (!(cause instanceof CryptoError) && !isDarkslideError(cause)) throw cause
    const reason = cause.message.replace(/^Cannot read [^:]*: /, "")
    const code = cause instanceof CryptoError ? cause.code : "CRYPTO_MALFORMED"
    throw new CryptoError(code, `Cannot read ${what} file: line ${number}: ${reason}`, { cause })
  }
}
