import { dirname } from "node:path"
import { generateHybridKeyPair } from "../age/hybrid.ts"
import { generateKeyPair } from "../age/x25519.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { exitCodes, parseOptions, type Command } from "./command.ts"
import { readIdentities } from "./keys.ts"
import { PassphraseSource } from "./passphrase.ts"
import { prepareFolders } from "./temporary-files.ts"
import { writeWhole } from "./write-whole.ts"
import { UsageError } from "./usage-error.ts"

export const keygenCommand: Command = {
  help: `Usage: darkslide keygen [--pq] [-o FILE]
       darkslide keygen -y IDENTITY-FILE

Makes an identity file: whoever has it opens what is sealed to its recipient, which is printed for others to use.

  -o, --output FILE      where to write it, readable by you alone (default: standard output)
      --pq               against quantum computers too: ML-KEM-768 with X25519, recipients of 2,000 characters
  -y                     print the recipients of the identities in IDENTITY-FILE instead
      --force            overwrite FILE
      --json             print { recipient, output } as JSON; needs -o
      --passphrase-file FILE
                         take the passphrase of IDENTITY-FILE from the first line of FILE
`,
  async run(args, signal) {
    const { values, positionals } = parseOptions(args, {
      output: { type: "string", short: "o" },
      pq: { type: "boolean" },
      recipients: { type: "boolean", short: "y" },
      force: { type: "boolean" },
      json: { type: "boolean" },
      "passphrase-file": { type: "string" },
    })
    if (values.recipients) {
      if (positionals.length === 0) throw new UsageError("-y needs an identity file")
      const passphrases = new PassphraseSource(values["passphrase-file"], signal)
      for (const { recipient } of await readIdentities(positionals, passphrases))
        process.stdout.write(`${String(recipient)}\n`)
      return exitCodes.ok
    }
    if (positionals.length > 0) throw new UsageError("keygen takes no file; -o names the one to write")
    const toFile = values.output !== undefined && values.output !== "-"
    if (values.json && !toFile) throw new UsageError("--json needs -o: standard output carries the identity")
    const identity = values.pq ? generateHybridKeyPair() : generateKeyPair()
    const recipient = identity.recipient.toString()
    const file = `# created: ${new Date().toISOString()}\n# public key: ${recipient}\n${identity.toString()}\n`
    if (!toFile) process.stdout.write(file)
    else await writeIdentityFile(values.output ?? "", file, values.force === true)
    if (values.json)
      process.stdout.write(`${JSON.stringify({ type: "generated", recipient, output: values.output })}\n`)
    else if (toFile || !process.stdout.isTTY) process.stderr.write(`Public key: ${recipient}\n`)
    return exitCodes.ok
  },
}

/** Writes a secret for its owner alone. */
export async function writeIdentityFile(path: string, text: string, overwrite: boolean): Promise<void> {
  await prepareFolders([dirname(path)])
  await writeWhole(path, onePiece(toUtf8(text)), { overwrite, mode: 0o600 })
}

export async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}
