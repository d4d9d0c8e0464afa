import { armored } from "../age/armor.ts"
import { seal, sealIterable, type SealOptions } from "../age/seal.ts"
import { fileOptions, fileOptionsHelp, parseOptions, type Command } from "./command.ts"
import { readAllRecipients, recipientOptions } from "./keys.ts"
import { PassphraseSource } from "./passphrase.ts"
import { readWhole } from "./pieces.ts"
import { runFiles } from "./run-files.ts"

export const sealCommand: Command = {
  help: `Usage: darkslide seal (-r RECIPIENT | -R FILE | -i FILE | -p)... [OPTION]... [FILE|FOLDER]...

Seals each FILE as FILE.age beside it; of a FOLDER, all files in it but those that end in .age. Without FILE, standard
input is sealed to standard output.

  -r, --recipient KEY    for whoever has the secret of KEY: age1…, age1pq1…, age1tag1…, ssh-ed25519 …, ssh-rsa …
  -R, --recipients-file FILE
                         for all recipients in FILE, one per line; - is standard input
  -i, --identity FILE    for yourself: the recipients of the identities in FILE
  -p, --passphrase       for whoever knows a passphrase; it goes alone
  -a, --armor            write text that can be pasted
${fileOptionsHelp}
`,
  async run(args, signal) {
    const { values, positionals } = parseOptions(args, {
      ...fileOptions,
      ...recipientOptions,
      armor: { type: "boolean", short: "a" },
    })
    const to = await readAllRecipients(values, new PassphraseSource(values["passphrase-file"], signal))
    const work = {
      verb: "sealed",
      nameOutput: (name: string) => `${name}.age`,
      inFolder: (name: string) => !name.endsWith(".age"),
      transform(pieces: AsyncIterable<Uint8Array>, size = Infinity) {
        const sealed = size <= smallBytes ? sealWhole(pieces, { to, signal }) : sealIterable(pieces, { to, signal })
        return values.armor ? armored(sealed) : sealed
      },
    }
    return await runFiles(positionals, values, work, signal)
  },
}

/** Up to here a file is sealed whole, which takes half the turns that a stream does. */
const smallBytes = 65_536

async function* sealWhole(pieces: AsyncIterable<Uint8Array>, options: SealOptions): AsyncGenerator<Uint8Array, void> {
  yield await seal(await readWhole(pieces), options)
}
