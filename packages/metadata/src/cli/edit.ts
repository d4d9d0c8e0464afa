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
import { coarsenLocation } from "../edit/coarsen-location.ts"
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

      --gps-decimals N   keep the place only to N decimals (2: about a kilometre), and take out whatever may tell it
                         better

${resultOptionsHelp}

Without -o, files are replaced, which --force must allow.
`,
  async run(args, signal) {
    const { values, positionals } = parseOptions(withNegativeNumbers(args), {
      ...resultOptions,
      ...changeOptions,
      "gps-decimals": { type: "string" },
    })
    const decimals = readDecimals(values["gps-decimals"])
    if (decimals !== undefined && values.gps !== undefined)
      throw new UsageError("--gps sets a place, --gps-decimals rounds the one that is there: give either")
    const changes = readChanges(values, decimals !== undefined)
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
        const source = await readLimited(pieces)
        const rough = decimals === undefined ? source : (await coarsenLocation(source, { decimals, signal })).bytes
        const { bytes, format, written } = await editMetadata(rough, changes, { signal })
        tell?.({ format, written })
        yield bytes
      },
    }
    return await runFiles(positionals, values, work, signal)
  },
}

function readDecimals(text: string | undefined): number | undefined {
  if (text !== undefined && !/^[0-5]$/u.test(text)) throw new UsageError("--gps-decimals takes a number from 0 to 5")
  return text === undefined ? undefined : Number(text)
}
