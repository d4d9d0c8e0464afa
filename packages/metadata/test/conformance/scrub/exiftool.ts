import { execFile } from "node:child_process"
import { basename } from "node:path"

export type Tags = Readonly<Record<string, unknown>>

/**
 * All tags of every file in a folder, by file name, read by one exiftool process.
 * @param groups - `-G1:4` gives tags that come twice a name each, such as `IFD0:Copy1:Artist`.
 */
export async function tagsIn(folder: string, groups: "-G1" | "-G1:4" = "-G1"): Promise<ReadonlyMap<string, Tags>> {
  const found = await json(["-json", "-a", "-u", "-ee", groups, "-n", "-ext", "*", "-all", folder])
  return new Map(found.map((tags) => [basename(String(tags["SourceFile"])), tags]))
}

async function json(args: readonly string[]): Promise<readonly Tags[]> {
  const text = await new Promise<string>((resolve, reject) => {
    execFile("exiftool", args, { maxBuffer: 1 << 29 }, (error, stdout) => {
      // exiftool exits with 1 when it refused any one of the files; what it printed about the others counts.
      if (stdout.trim() === "" && error !== null && error.code !== 1) reject(error)
      else resolve(stdout)
    })
  })
  return text.trim() === "" ? [] : (JSON.parse(text) as Tags[])
}
