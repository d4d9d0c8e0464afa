import { fernetOpen, fernetRotate, fernetSeal } from "../fernet/fernet.ts"
import { generateFernetKey, type FernetKey } from "../fernet/fernet-key.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { exitCodes, fileOptions, fileOptionsHelp, parseOptions, type Command, type ExitCode } from "./command.ts"
import { fernetKeyOptions, fernetKeyOptionsHelp, readFernetKeys } from "./fernet-keys.ts"
import { PassphraseSource } from "./passphrase.ts"
import { readWhole } from "./pieces.ts"
import { runFiles, type FileWork } from "./run-files.ts"
import { UsageError } from "./usage-error.ts"
import { writeIdentityFile } from "./keygen.ts"

const ending = ".fernet"

export const fernetCommand: Command = {
  help: `Usage: darkslide fernet keygen [-o FILE] [--force]
       darkslide fernet seal   (-k FILE | --salt BASE64) [OPTION]... [FILE|FOLDER]...
       darkslide fernet open   (-k FILE | --salt BASE64) [--ttl SECONDS] [OPTION]... [FILE|FOLDER]...
       darkslide fernet rotate -k FILE (--force | -o PATH) [OPTION]... [FILE|FOLDER]...

For files that other programs share. seal makes FILE${ending} of FILE, open the reverse; rotate seals tokens again under the
first key, with their old time. A file is worked on whole, in memory. For data of your own, "darkslide seal" is better.

${fernetKeyOptionsHelp}
      --ttl SECONDS      refuse tokens that are older, or from the future
${fileOptionsHelp}
`,
  async run([action = "", ...args], signal) {
    const { values, positionals } = parseOptions(args, { ...fileOptions, ...fernetKeyOptions, ttl: { type: "string" } })
    if (action === "keygen") return await keygen(values.output, values.force === true)
    const work = works[action]
    if (!work) throw new UsageError("fernet takes keygen, seal, open or rotate")
    if (action === "rotate" && positionals.length > 0 && values.output === undefined && !values.force)
      throw new UsageError("rotate replaces files: allow it with --force, or give -o")
    const keys = await readFernetKeys(values, new PassphraseSource(values["passphrase-file"], signal))
    return await runFiles(positionals, values, work(keys, readTtl(values.ttl)), signal)
  },
}

const works: Readonly<Record<string, (keys: readonly FernetKey[], ttlSeconds: number | undefined) => FileWork>> = {
  seal: (keys) => ({
    verb: "sealed",
    nameOutput: (name) => `${name}${ending}`,
    inFolder: (name) => !name.endsWith(ending),
    transform: (pieces) => whole(pieces, (bytes) => toUtf8(fernetSeal(bytes, { keys }))),
  }),
  open: (keys, ttlSeconds) => ({
    verb: "opened",
    nameOutput: (name) => (name.endsWith(ending) ? name.slice(0, -ending.length) : undefined),
    inFolder: (name) => name.endsWith(ending),
    transform: (pieces) => whole(pieces, (bytes) => fernetOpen(tokenOf(bytes), { keys, ttlSeconds })),
  }),
  rotate: (keys) => ({
    verb: "rotated",
    nameOutput: (name) => name,
    inFolder: (name) => name.endsWith(ending),
    transform: (pieces) => whole(pieces, (bytes) => toUtf8(fernetRotate(tokenOf(bytes), { keys }))),
  }),
}

/** A token file as editors and shells leave it: with a line feed at its end. */
export function tokenOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim()
}

export async function* whole(
  pieces: AsyncIterable<Uint8Array>,
  work: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield await work(await readWhole(pieces))
}

async function keygen(output: string | undefined, overwrite: boolean): Promise<ExitCode> {
  const text = `${generateFernetKey().toString()}\n`
  if (output === undefined || output === "-") process.stdout.write(text)
  else await writeIdentityFile(output, text, overwrite)
  return exitCodes.ok
}

function readTtl(text: string | undefined): number | undefined {
  if (text !== undefined && !/^[0-9]{1,15}$/.test(text)) throw new UsageError("--ttl takes a number of seconds")
  return text === undefined ? undefined : Number(text)
}
