import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import { open } from "node:fs/promises"

/** A process and all that it started. */
export function processTree(root: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/u.test(name)) continue
    const parent = parentOf(Number(name))
    if (parent !== undefined) parents.set(Number(name), parent)
  }
  const isWithin = (pid: number): boolean => pid === root || (parents.has(pid) && isWithin(parents.get(pid) ?? 0))
  return [...parents.keys()].filter((pid) => isWithin(pid))
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1])
  } catch {
    // It ended meanwhile.
    return undefined
  }
}

const pieceBytes = 16 << 20

/** Where a process has these bytes in its memory: the names of the mappings. */
export async function findInMemory(pid: number, wanted: Buffer): Promise<readonly string[]> {
  const found: string[] = []
  await using memory = await open(`/proc/${pid}/mem`, "r")
  const buffer = Buffer.alloc(pieceBytes + wanted.length)
  for (const { start, end, name } of mappingsOf(pid)) {
    for (let at = start; at < end; at += pieceBytes) {
      const length = Math.min(buffer.length, end - at)
      const read = await readAt(memory, buffer, length, at)
      if (read > 0 && buffer.subarray(0, read).includes(wanted)) {
        found.push(name)
        break
      }
    }
  }
  return found
}

async function readAt(
  memory: { read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }> },
  buffer: Buffer,
  length: number,
  position: number,
): Promise<number> {
  try {
    return (await memory.read(buffer, 0, length, position)).bytesRead
  } catch {
    // Reserved, or gone meanwhile: nothing is there to read.
    return 0
  }
}

function mappingsOf(pid: number): readonly { readonly start: number; readonly end: number; readonly name: string }[] {
  return readFileSync(`/proc/${pid}/maps`, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, start, end, access = "", name = ""] =
        /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/u.exec(line) ?? []
      if (start === undefined || end === undefined || !access.startsWith("rw")) return []
      const [from, to] = [Number.parseInt(start, 16), Number.parseInt(end, 16)]
      // Beyond what a number holds there is nothing of a process.
      return Number.isSafeInteger(to) ? [{ start: from, end: to, name }] : []
    })
}

/** Whether this process may look into those that it started. */
export function canReadMemory(): boolean {
  try {
    readlinkSync("/proc/self/exe")
    readFileSync("/proc/self/maps")
    return process.getuid?.() === 0
  } catch {
    // No such system.
    return false
  }
}
