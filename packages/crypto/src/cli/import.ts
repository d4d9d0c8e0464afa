import { stat } from "node:fs/promises"
import { sealIterable } from "../age/seal.ts"
import { fernetOpen } from "../fernet/fernet.ts"
import { legacyRsaReader } from "../legacy/rsa-reader.ts"
import { fileOptions, fileOptionsHelp, parseOptions, type Command, type ExitCode } from "./command.ts"
import { fernetKeyOptions, fernetKeyOptionsHelp, readFernetKeys } from "./fernet-keys.ts"
import { tokenOf, whole } from "./fernet.ts"
import { importUsers, userTableOptions } from "./import-users.ts"
import { orUsageAsync, readAllRecipients, readKeyFile, recipientOptions } from "./keys.ts"
import { PassphraseSource } from "./passphrase.ts"
import { runFiles } from "./run-files.ts"
import { UsageError } from "./usage-error.ts"

export const importCommand: Command = {
  help: `Usage: darkslide import webcam  (-k FILE | --salt BASE64) -r RECIPIENT [OPTION]... FOLDER...
       darkslide import channel --rsa-key PEM -r RECIPIENT [OPTION]... FOLDER...
       darkslide import users   [--name FIELD] [--hash FIELD] [-o FILE] TABLE

webcam   opens the Fernet tokens in FOLDER and seals what is in them; other files, such as descriptions, are sealed as
         they are.
channel  opens images that were encrypted by RSA-OAEP in blocks, and seals them. Nothing told the old application
         whether blocks were left out or moved, so nothing tells here.
users    lists the users of TABLE (CSV with a first line of names, JSON or SQLite) with their password hashes, as JSON
         Lines: { name, hash, kind }. The hashes stay as they are: verifyPassword() of @darkslide/crypto/password checks
         them when somebody signs in, and says that a new one is due.

Plaintext is never written: each file is opened in memory and sealed at once, as NAME.age. The old files stay.

${fernetKeyOptionsHelp}
      --rsa-key PEM      the RSA private key, not encrypted
      --oaep-hash HASH   SHA-1 (default, as PyCryptodome has it) or SHA-256
  -r, -R, -i, -p         for whom, as "darkslide seal" takes them; a passphrase file (--passphrase-file) is for the
                         password of --salt, or for -p, but not for both
      --name FIELD       the column of names (default: username, user, name, handle or email)
      --hash FIELD       the column of hashes (default: password_hash, pw_hash, hash or password)
      --table NAME       the table of an SQLite file (default: users or user)
${fileOptionsHelp}
`,
  async run([source = "", ...args], signal) {
    const { values, positionals } = parseOptions(args, {
      ...fileOptions,
      ...recipientOptions,
      ...fernetKeyOptions,
      ...userTableOptions,
      "rsa-key": { type: "string" },
      "oaep-hash": { type: "string" },
    })
    if (source === "users") return await importUsers(positionals, values)
    if (source !== "webcam" && source !== "channel") throw new UsageError("import takes webcam, channel or users")
    await checkFolders(positionals)
    const passphrases = new PassphraseSource(values["passphrase-file"], signal)
    const to = await readAllRecipients(values, passphrases)
    const read =
      source === "webcam"
        ? await webcamReader(values, passphrases)
        : await channelReader(values["rsa-key"], values["oaep-hash"])
    return await importFolders(
      positionals,
      values,
      (pieces) => sealIterable(whole(pieces, read), { to, signal }),
      signal,
    )
  },
}

type Read = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>

async function importFolders(
  folders: readonly string[],
  options: Parameters<typeof runFiles>[1],
  transform: (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<ExitCode> {
  const work = {
    verb: "imported",
    nameOutput: (name: string) => `${name.replace(/\.(?:fernet|token|enc|encrypted)$/i, "")}.age`,
    inFolder: (name: string) => !name.endsWith(".age"),
    transform,
  }
  return await runFiles(folders, options, work, signal)
}

/** How every token begins: version 0x80, and a time before the year 2106. */
const tokenStart = "gAAAAA"

async function webcamReader(
  values: Parameters<typeof readFernetKeys>[0],
  passphrases: PassphraseSource,
): Promise<Read> {
  const keys = await readFernetKeys(values, passphrases)
  return (bytes) => {
    const isToken = new TextDecoder().decode(bytes.subarray(0, tokenStart.length)) === tokenStart
    return isToken ? fernetOpen(tokenOf(bytes), { keys }) : bytes
  }
}

async function channelReader(path: string | undefined, hash = "SHA-1"): Promise<Read> {
  if (path === undefined) throw new UsageError("channel needs the RSA key: --rsa-key")
  if (hash !== "SHA-1" && hash !== "SHA-256") throw new UsageError("--oaep-hash takes SHA-1 or SHA-256")
  const pem = new TextDecoder().decode(await readKeyFile(path))
  const reader = await orUsageAsync(path, () => legacyRsaReader(pem, { hash }))
  return (bytes) => reader.readChunked(bytes)
}

async function checkFolders(paths: readonly string[]): Promise<void> {
  if (paths.length === 0) throw new UsageError("say which folder")
  for (const path of paths)
    if (path === "-" || !(await stat(path).catch(() => undefined))?.isDirectory())
      throw new UsageError(`${path} is no folder`)
}
