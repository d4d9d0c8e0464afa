import {
  parseOptions,
  resultOptions,
  resultOptionsHelp,
  runFiles,
  UsageError,
  type Command,
  type FileWork,
} from "@darkslide/crypto/cli"
import type { ScrubPolicy } from "../scrub/format-scrubber.ts"
import { scrubMetadata } from "../scrub/scrub-metadata.ts"
import { inFolder, readLimited } from "./picture-files.ts"

const policies: readonly ScrubPolicy[] = ["strict", "share", "gps-only"]

export const scrubCommand: Command = {
  help: `Usage: darkslide-metadata scrub (-o PATH | --force) [OPTION]... [FILE|FOLDER]...

Writes each FILE without metadata: JPEG, PNG, WebP, GIF, HEIC, AVIF, MP4, WebM. The picture stays as it is, byte for
byte, and so do its orientation, colours and timing. Of a FOLDER, all files that are named like these. A file that
cannot be told apart is refused, and nothing is written of it. Without FILE, standard input goes to standard output.

  -p, --policy POLICY    strict (default): only the picture stays; share: artist and copyright too; gps-only: all but
                         the place
${resultOptionsHelp}

Without -o, files are replaced, which --force must allow.
`,
  async run(args, signal) {
    const { values, positionals } = parseOptions(args, { ...resultOptions, policy: { type: "string", short: "p" } })
    const policy = policies.find((name) => name === (values.policy ?? "strict"))
    if (policy === undefined) throw new UsageError(`--policy takes ${policies.join(", ")}`)
    if (positionals.some((path) => path !== "-") && values.output === undefined && values.force !== true)
      throw new UsageError("scrub replaces files: allow it with --force, or give -o")
    const work: FileWork = {
      program: "darkslide-metadata",
      verb: "scrubbed",
      nameOutput: (name: string) => name,
      inFolder: inFolder.scrub,
      async *transform(pieces, _size, tell) {
        const { bytes, format, removed, kept } = await scrubMetadata(await readLimited(pieces), { policy, signal })
        tell?.({ format, removed, kept })
        yield bytes
      },
    }
    return await runFiles(positionals, values, work, signal)
  },
}
