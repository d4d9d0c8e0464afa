import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { readJournal, type JournalRecord } from "../../../src/node/journal/read-journal.ts"
import { sshdFailure } from "../../../src/node/journal/sshd-failure.ts"

const writer = "/lib/systemd/systemd-journal-remote"
const isInstalled = existsSync(writer) && existsSync("/usr/bin/journalctl")
const failure = (number: number) =>
  `Failed password for invalid user u${number} from 192.0.2.${number % 250} port 22 ssh2`

/** A record as journald writes it down: fields with `_` are its own, the others anybody's. */
function record(number: number, fields: Readonly<Record<string, string>>): string {
  const time = 1_700_000_000_000_000 + number * 1000
  const all = {
    __REALTIME_TIMESTAMP: String(time),
    __MONOTONIC_TIMESTAMP: String(number + 1),
    _BOOT_ID: "a".repeat(32),
    ...fields,
  }
  return `${Object.entries(all)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n")}\n\n`
}

describe.skipIf(!isInstalled)("readJournal() (with journalctl and systemd-journal-remote)", () => {
  let folder: string
  let file: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "alerts-journal-"))
    file = join(folder, "test.journal")
    const records = Array.from({ length: 400 }, (_, number) =>
      number % 2 === 0
        ? record(number, {
            _COMM: number % 4 === 0 ? "sshd" : "sshd-session",
            _UID: "0",
            _PID: "77",
            MESSAGE: failure(number),
          })
        : // A user's own record, which says of itself all that it may.
          record(number, {
            ...{ _COMM: "logger", _UID: "1000", _PID: "99", SYSLOG_IDENTIFIER: "sshd", COMM: "sshd", UID: "0" },
            MESSAGE: failure(number),
          }),
    )
    // The right name, but not root's; and root's, but another program.
    records.push(record(400, { _COMM: "sshd", _UID: "1000", _PID: "5", MESSAGE: failure(1) }))
    records.push(record(401, { _COMM: "sudo", _UID: "0", _PID: "5", SYSLOG_IDENTIFIER: "sshd", MESSAGE: failure(1) }))
    execFileSync(writer, ["-o", file, "-"], { input: records.join(""), stdio: ["pipe", "ignore", "ignore"] })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const read = async (after?: string) => {
    const records: JournalRecord[] = []
    const signal = AbortSignal.timeout(15_000)
    for await (const each of readJournal({ signal, programs: ["sshd", "sshd-session"], file, after }))
      records.push(each)
    return records
  }

  test("gives every true record and none of the 200 that say they are sshd", async () => {
    const records = await read()
    expect(records).toHaveLength(200)
    expect(new Set(records.map(({ program }) => program))).toEqual(new Set(["sshd", "sshd-session"]))
    expect(records.every(({ message, pid }) => pid === 77 && sshdFailure(message) !== undefined)).toBe(true)
    expect(records[0]?.at).toBe(1_700_000_000_000)
  })

  test("goes on exactly behind a cursor", async () => {
    const all = await read()
    const rest = await read(all[119]?.cursor)
    expect(rest.map(({ cursor }) => cursor)).toEqual(all.slice(120).map(({ cursor }) => cursor))
  })

  test("says when the journal cannot be read, and refuses names that are none", async () => {
    const attempt = async (options: object) => {
      const signal = AbortSignal.timeout(15_000)
      for await (const _ of readJournal({ signal, programs: ["sshd"], file, ...options })) break
    }
    await expect(attempt({ file: join(folder, "none.journal") })).rejects.toMatchObject({ code: "ALERTS_FAILED" })
    for (const programs of [[], ["sshd _UID=1"], ["+"], ["--file=x"]])
      await expect(attempt({ programs })).rejects.toThrow(RangeError)
  })
})

describe("sshdFailure()", () => {
  test("reads what sshd says", () => {
    expect(sshdFailure("Failed password for robin from 2001:db8::7 port 40022 ssh2")).toEqual({
      account: "robin",
      address: "2001:db8::7",
      isKnown: true,
    })
    expect(sshdFailure("Failed none for invalid user  from 192.0.2.9 port 1 ssh2")).toMatchObject({ isKnown: false })
    for (const other of [
      "",
      "Accepted password for robin from 192.0.2.1 port 1 ssh2",
      "Failed password for robin",
      "x Failed password for a from b port 1 ssh2",
    ])
      expect(sshdFailure(other)).toBeUndefined()
  })

  test("whatever a stranger calls himself, the address is the one that sshd saw", () => {
    const piece = fc.constantFrom(
      " from ",
      "198.51.100.66",
      " port 22",
      " ssh2",
      "invalid user ",
      "\n",
      "Failed password for ",
      "x",
      ": ",
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
        ),
        (name) => {
          const found = sshdFailure(`Failed password for invalid user ${name} from 192.0.2.1 port 22 ssh2`)
          expect(found).toEqual({ account: name, address: "192.0.2.1", isKnown: false })
        },
      ),
      { numRuns: 1000 },
    )
  })
})
