import { readdir, stat } from "node:fs/promises"
import { basename, join, relative, resolve } from "node:path"
import { isSystemError } from "./system-error.ts"
import { isTemporaryName } from "./temporary-files.ts"
import { UsageError } from "./usage-error.ts"

/** One file to read and where its result goes. */
export interface FileJob {
  readonly input: string
  readonly output: string
  /** Size of the input. */
  readonly bytes: number
}

export interface PlanOptions {
  /** A file for one file, else a folder; without it, results go beside their inputs. */
  readonly output?: string | undefined
  /** The name of a result, or `undefined` when there is no rule for this name. */
  nameOutput(name: string): string | undefined
  /** Which files of a folder are meant. Files that are named are meant whatever their name. */
  readonly inFolder: (name: string) => boolean
}

/**
 * Finds all files behind the arguments, and settles where each result goes before anything is done. Folders are walked
 * to the bottom; links in them are not followed. Below `output`, a folder keeps its name and its shape.
 * @throws UsageError when there is no such file, two results would get one name, or a name has no rule.
 */
export async function planFiles(inputs: readonly string[], options: PlanOptions): Promise<readonly FileJob[]> {
  const found = (await Promise.all(inputs.map((input) => findFiles(input, options)))).flat()
  const [only] = found
  const target = options.output
  if (target !== undefined && only && found.length === 1 && only.named && !(await isFolder(target)))
    return [{ input: only.path, output: target, bytes: only.bytes }]
  const jobs = found.map((file) => ({ input: file.path, output: outputOf(file, options), bytes: file.bytes }))
  const taken = new Set<string>()
  for (const { output } of jobs) {
    if (taken.has(resolve(output))) throw new UsageError(`two files would both become ${output}`)
    taken.add(resolve(output))
  }
  return jobs
}

export interface FoundFile {
  readonly path: string
  /** Its place below the folder that results go to. */
  readonly place: string
  readonly bytes: number
  /** It was an argument, not found in a folder. */
  readonly named: boolean
}

/**
 * A file, or the files of a folder that are meant, in order.
 * @throws UsageError when there is none of that name
 */
export async function findFiles(
  input: string,
  { inFolder }: Pick<PlanOptions, "inFolder">,
): Promise<readonly FoundFile[]> {
  const { size, folder } = await look(input)
  if (!folder) return [{ path: input, place: basename(input), bytes: size, named: true }]
  const entries = await readdir(input, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile() && !isTemporaryName(entry.name) && inFolder(entry.name))
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).toSorted()
  const top = basename(resolve(input))
  return await Promise.all(
    paths.map(async (path) => ({
      path,
      place: join(top, relative(input, path)),
      bytes: (await look(path)).size,
      named: false,
    })),
  )
}

function outputOf({ path, place }: FoundFile, { output, nameOutput }: PlanOptions): string {
  const beside = output === undefined ? path : join(output, place)
  const name = nameOutput(basename(path))
  if (name === undefined || name === "") throw new UsageError(`${path}: say with -o what its result is to be called`)
  return join(beside, "..", name)
}

async function look(path: string): Promise<{ size: number; folder: boolean }> {
  try {
    const stats = await stat(path)
    return { size: stats.size, folder: stats.isDirectory() }
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EACCES"))
      throw new UsageError(`${path} cannot be read: ${error.code}`, { cause: error })
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  if (path.endsWith("/")) return true
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return false
    throw error
  }
}
