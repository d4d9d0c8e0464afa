import { dearmored, isArmored } from "../age/armor.ts"
import { openIterable } from "../age/open.ts"
import { BlockReader } from "../bytes/block-reader.ts"
import { fileOptions, fileOptionsHelp, parseOptions, type Command } from "./command.ts"
import { askingIdentity, readIdentities } from "./keys.ts"
import { PassphraseSource } from "./passphrase.ts"
import { runFiles } from "./run-files.ts"

export const openCommand: Command = {
  help: `Usage: darkslide open [-i FILE]... [OPTION]... [FILE|FOLDER]...

Opens each FILE.age as FILE beside it; of a FOLDER, all files that end in .age. Armor is recognized. Without FILE,
standard input is opened to standard output: what comes out is verified piece by piece, but that nothing was cut off
shows only at the end, by the exit code. A file gets its name once all of it is verified.

  -i, --identity FILE    with the identities in FILE: AGE-SECRET-KEY-… lines, an SSH private key, or either of them
                         sealed to a passphrase; - is standard input
  -p, --passphrase       with a passphrase; it is asked for by itself where a file needs one
${fileOptionsHelp}
`,
  async run(args, signal) {
    const { values, positionals } = parseOptions(args, {
      ...fileOptions,
      identity: { type: "string", short: "i", multiple: true },
      passphrase: { type: "boolean", short: "p" },
    })
    const passphrases = new PassphraseSource(values["passphrase-file"], signal)
    const identities = [...(await readIdentities(values.identity ?? [], passphrases)), askingIdentity(passphrases)]
    const work = {
      verb: "opened",
      nameOutput: (name: string) => (name.endsWith(".age") ? name.slice(0, -".age".length) : undefined),
      inFolder: (name: string) => name.endsWith(".age"),
      transform: (pieces: AsyncIterable<Uint8Array>) => openIterable(binaryOf(pieces), { with: identities, signal }),
    }
    return await runFiles(positionals, values, work, signal)
  },
}

/** White space before an armor may be as long as this. */
const sniffBytes = 1100

/** An age file as it is, or out of its armor. */
export async function* binaryOf(
  pieces: AsyncIterable<Uint8Array>,
  found: (armored: boolean) => void = () => undefined,
): AsyncGenerator<Uint8Array, void> {
  const input = new BlockReader(pieces)
  try {
    const start = await input.read(sniffBytes)
    input.unread(start)
    found(isArmored(start))
    yield* isArmored(start) ? dearmored(input.rest()) : input.rest()
  } finally {
    await input.close()
  }
}
