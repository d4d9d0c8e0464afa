import { dirname } from "node:path"
import { parseBcryptHash } from "../password/bcrypt.ts"
import { parseArgon2Hash } from "../password/phc-string.ts"
import { parseWerkzeugHash } from "../password/werkzeug.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { exitCodes, type ExitCode } from "./command.ts"
import { onePiece } from "./keygen.ts"
import { prepareFolders } from "./temporary-files.ts"
import { UsageError } from "./usage-error.ts"
import { readUserTable, type UserRow } from "./user-table.ts"
import { writeWhole } from "./write-whole.ts"

export const userTableOptions = {
  name: { type: "string" },
  hash: { type: "string" },
  table: { type: "string" },
} as const

interface UserArguments {
  readonly name?: string | undefined
  readonly hash?: string | undefined
  readonly table?: string | undefined
  readonly output?: string | undefined
  readonly force?: boolean | undefined
}

const nameFields = ["username", "user", "name", "handle", "email"] as const
const hashFields = ["password_hash", "pw_hash", "hash", "password"] as const

/** Lists users with their hashes as JSON Lines. Exit code 2 when a hash is of no known kind: a plaintext password, say. */
export async function importUsers(paths: readonly string[], options: UserArguments): Promise<ExitCode> {
  const [path, ...more] = paths
  if (path === undefined || more.length > 0) throw new UsageError("users takes one table")
  const rows = await readUserTable(path, options.table)
  const users = rows.map((row, index) => ({
    name: field(row, index, options.name, nameFields),
    hash: field(row, index, options.hash, hashFields),
  }))
  const listed = users.map((user) => ({ ...user, kind: kindOf(user.hash) }))
  for (const { name, kind } of listed)
    if (kind === undefined) process.stderr.write(`darkslide: ${name}: not a hash that is known, left out\n`)
  const known = listed.filter(({ kind }) => kind !== undefined)
  const text = known.map((user) => `${JSON.stringify(user)}\n`).join("")
  if (options.output === undefined || options.output === "-") process.stdout.write(text)
  else {
    await prepareFolders([dirname(options.output)])
    await writeWhole(options.output, onePiece(toUtf8(text)), { overwrite: options.force === true, mode: 0o600 })
  }
  return known.length === listed.length ? exitCodes.ok : exitCodes.failed
}

function field(row: UserRow, index: number, chosen: string | undefined, usual: readonly string[]): string {
  const name = chosen ?? usual.find((candidate) => row.has(candidate))
  const value = name === undefined ? undefined : row.get(name)
  if (value === undefined) throw new UsageError(`row ${index + 1} has no column ${chosen ?? usual.join(", ")}`)
  return value
}

function kindOf(hash: string): "argon2" | "bcrypt" | "werkzeug" | "sha256" | undefined {
  if (parseArgon2Hash(hash)) return "argon2"
  if (parseBcryptHash(hash)) return "bcrypt"
  if (parseWerkzeugHash(hash)) return "werkzeug"
  return /^(?:[0-9a-f]{64}|[0-9A-F]{64})$/.test(hash) ? "sha256" : undefined
}
