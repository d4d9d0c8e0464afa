import { armored } from "../age/armor.ts"
import { rewrap } from "../age/rewrap.ts"
import { readHeader } from "../age/open.ts"
import type { Identity, Recipient } from "../age/recipient.ts"
import { BlockReader } from "../bytes/block-reader.ts"
import { fileOptions, fileOptionsHelp, parseOptions, type Command } from "./command.ts"
import { askingIdentity, readIdentities, readRecipients } from "./keys.ts"
import { binaryOf } from "./open.ts"
import { PassphraseSource } from "./passphrase.ts"
import { runFiles } from "./run-files.ts"
import { UsageError } from "./usage-error.ts"

export const rewrapCommand: Command = {
  help: `Usage: darkslide rewrap [-i FILE]... (-r RECIPIENT | -R FILE)... (--force | -o PATH) [OPTION]... FILE|FOLDER...

Writes each FILE with a new header: only the named recipients can open it from then on, or, with --keep, they too. Of a
FOLDER, all files that end in .age. Whoever could open the old file may have kept it, or its key: rewrapping locks
nobody out of what he has seen.

  -i, --identity FILE    opens the files now; a passphrase is asked for where a file needs one
  -r, --recipient KEY    can open them from then on
  -R, --recipients-file FILE
                         so can all recipients in FILE
      --keep             all who can open a file now still can
${fileOptionsHelp}

Without -o, files are replaced, which --force must allow.
`,
  async run(args, signal) {
    const { values, positionals } = parseOptions(args, {
      ...fileOptions,
      identity: { type: "string", short: "i", multiple: true },
      recipient: { type: "string", short: "r", multiple: true },
      "recipients-file": { type: "string", short: "R", multiple: true },
      keep: { type: "boolean" },
    })
    const reads = positionals.some((path) => path !== "-")
    if (reads && values.output === undefined && values.force !== true)
      throw new UsageError("rewrap replaces files: allow it with --force, or give -o")
    const to = await readRecipients(values)
    if (to.length === 0) throw new UsageError("say for whom: -r or -R")
    const passphrases = new PassphraseSource(values["passphrase-file"], signal)
    const identities = [...(await readIdentities(values.identity ?? [], passphrases)), askingIdentity(passphrases)]
    const work = {
      verb: "rewrapped",
      nameOutput: (name: string) => name,
      inFolder: (name: string) => name.endsWith(".age"),
      transform: (pieces: AsyncIterable<Uint8Array>) => rewrapped(pieces, identities, to, values.keep === true),
    }
    return await runFiles(positionals, values, work, signal)
  },
}

async function* rewrapped(
  pieces: AsyncIterable<Uint8Array>,
  identities: readonly Identity[],
  recipients: readonly Recipient[],
  keep: boolean,
): AsyncGenerator<Uint8Array, void> {
  let wasArmored = false
  const input = new BlockReader(binaryOf(pieces, (found) => (wasArmored = found)))
  const options = { with: identities }
  const header = await readHeader(input, undefined)
  const renewed = await rewrap(header, keep ? { ...options, add: recipients } : { ...options, to: recipients })
  yield* wasArmored ? armored(joined(renewed, input)) : joined(renewed, input)
}

async function* joined(header: Uint8Array, payload: BlockReader): AsyncGenerator<Uint8Array, void> {
  yield header
  yield* payload.rest()
}
