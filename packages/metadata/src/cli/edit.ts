import {
  parseOptions,
  resultOptions,
  resultOptionsHelp,
  runFiles,
  UsageError,
  type Command,
  type FileWork,
} from "@darkslide/crypto/cli"
import { checkChanges } from "../edit/changes.ts"
import { editMetadata } from "../edit/edit-metadata.ts"
import { changeOptions, changeOptionsHelp, readChanges, withNegativeNumbers } from "./changes.ts"
import { inFolder, readLimited } from "./picture-files.ts"

export const editCommand: Command = {
  help: `Usage: darkslide-metadata edit (-o PATH | --force) CHANGE... [OPTION]... [FILE|FOLDER]...

Changes what each FILE (JPEG, PNG, WebP) says about itself, and nothing else: other tags, maker notes, the preview and
the picture stay as they are. EXIF is written, or XMP for titles, keywords and ratings; where XMP, IPTC or PNG text say
the same, they follow. Of a FOLDER, all files that are named like these. Without FILE, standard input goes to standard
output.

${changeOptionsHelp}

${resultOptionsHelp}

Without -o, files are replaced, which --force must allow.
`,
  async run(args, signal) {
    const { values, positionals } = parseOptions(withNegativeNumbers(args), { ...resultOptions, ...changeOptions })
    const changes = readChanges(values)
    try {
      checkChanges(changes)
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(error.message, { cause: error })
      throw error
    }
    if (positionals.some((path) => path !== "-") && values.output === undefined && values.force !== true)
      throw new UsageError("edit replaces files: allow it with --force, or give -o")
    const work: FileWork = {
      program: "darkslide-metadata",
      verb: "edited",
      nameOutput: (name: string) => name,
      inFolder: inFolder.edit,
      async *transform(pieces, _size, tell) {
        const { bytes, format, written } = await editMetadata(await readLimited(pieces), changes, { signal })
        tell?.({ format, written })
        yield bytes
      },
    }
    return await runFiles(positionals, values, work, signal)
  },
}
