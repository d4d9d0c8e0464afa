import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  exportCsv,
  exportJsonLines,
  importCsv,
  importJsonLines,
  memorySegments,
  openHistory,
  type HistoryRecord,
} from "@darkslide/metadata/history"
import { sampleRecords } from "./sample-records.ts"

const keys = { accountId: "account", historyKey: new Uint8Array(32) }
const formats = {
  "JSON Lines": { write: exportJsonLines, read: importJsonLines },
  CSV: { write: exportCsv, read: importCsv },
}

const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength }),
    fc.string({ unit: fc.constantFrom(..."=+-@\t\r\n\"',;|\\ aé😀＝\0"), minLength: 1, maxLength }),
  )
const number = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true }).map((value) => value + 0)
const optional = { requiredKeys: ["id"] as ["id"] }
const recordArbitrary = fc.record(
  {
    id: text(20),
    taken: fc.constantFrom(
      { local: "2024-05-06T07:08:09.123456789", offset: "-09:30" },
      { local: "0000-02-29T00:00:60" },
    ),
    place: fc.record(
      { latitude: number(-90, 90), longitude: number(-180, 180), altitudeMeters: number(-9000, 9000), name: text(9) },
      { requiredKeys: ["latitude", "longitude"] },
    ),
    camera: text(9),
    title: text(30),
    description: text(30),
    keywords: fc.array(text(8), { minLength: 1, maxLength: 4 }),
    flags: fc.constantFrom(["clip"], ["favorite", "a-1"]),
    fileName: text(9),
    width: fc.nat(),
    orientation: fc.integer({ min: 1, max: 8 }),
    dhash: fc.constant("0123456789abcdef"),
    addedAt: fc.nat(),
  },
  optional,
)

async function* inPieces(whole: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < whole.length; at += size) yield whole.slice(at, at + size)
}

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe.each(Object.entries(formats))("%s", (_, { write, read }) => {
  test("brings every record back as it was, cut anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(recordArbitrary, { selector: ({ id }) => id, maxLength: 6 }),
        fc.integer({ min: 1, max: 50 }),
        async (records, size) => {
          const history = await openHistory({ store: memorySegments(), keys })
          await history.append(records)
          const whole = (await gather(write(history))).join("")
          expect(await gather(read(whole))).toEqual(records)
          expect(await gather(read(inPieces(whole, size)))).toEqual(records)
        },
      ),
      { numRuns: 100 },
    )
  })

  test("exports what a query finds, page after page, and stops when told to", async () => {
    const history = await openHistory({ store: memorySegments(), keys })
    const records = sampleRecords(1200)
    await history.append(records)
    const whole = (await gather(write(history))).join("")
    expect(await gather(read(whole))).toEqual(records)
    const some = await gather(read((await gather(write(history, { cameras: ["NIKON Z 6"] }))).join("")))
    expect(some).toEqual(records.filter(({ camera }) => camera === "NIKON Z 6"))
    const signal = AbortSignal.abort(new Error("enough"))
    await expect(gather(write(history, {}, { signal }))).rejects.toThrow("enough")
  })
})

describe("importJsonLines()", () => {
  test("names the line that is no record", async () => {
    const given: HistoryRecord[] = []
    const work = async (lines: string): Promise<void> => {
      for await (const record of importJsonLines(lines)) given.push(record)
    }
    await expect(work('\uFEFF{"id":"a"}\r\n\n{"id":1}\n')).rejects.toMatchObject({ code: "HISTORY_MALFORMED", line: 3 })
    expect(given).toEqual([{ id: "a" }])
    await expect(work('{"id":"a"')).rejects.toMatchObject({ code: "HISTORY_MALFORMED", line: 1 })
    await expect(work(" ".repeat(70_000))).rejects.toMatchObject({ code: "HISTORY_LIMIT_EXCEEDED", line: 1 })
  })
})

describe("CSV of a spreadsheet", () => {
  test("starts no formula", async () => {
    const history = await openHistory({ store: memorySegments(), keys })
    const hostile = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "'=1", "＝1", '=HYPERLINK("http://x")']
    await history.append(hostile.map((title, i) => ({ id: `=${i}`, title, keywords: [title] })))
    const csv = (await gather(exportCsv(history))).join("")
    for await (const { cells } of cellsOf(csv)) for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r＝]/)
    expect((await gather(importCsv(csv))).map(({ title }) => title)).toEqual(hostile)
  })

  test("is read with a byte order mark, LF, other columns and quotes", async () => {
    const csv = '\uFEFFtitle,id,latitude,longitude\n"say ""hi"", and\nmore",a,-1.5,1e2\n\n,b,,\n'
    expect(await gather(importCsv(csv))).toEqual([
      { id: "a", title: 'say "hi", and\nmore', place: { latitude: -1.5, longitude: 100 } },
      { id: "b" },
    ])
  })

  test("is refused with the line, when broken", async () => {
    const broken: readonly [string, number, string][] = [
      ["id,unknown\na,b", 1, "HISTORY_MALFORMED"],
      ["id,id\na,b", 1, "HISTORY_MALFORMED"],
      ["title\na", 1, "HISTORY_MALFORMED"],
      ["id,title\na", 2, "HISTORY_MALFORMED"],
      ["id,title\na,b,c", 2, "HISTORY_MALFORMED"],
      ["id,latitude\na,north", 2, "HISTORY_MALFORMED"],
      ['id\n"a', 2, "HISTORY_MALFORMED"],
      ['id\na"b"', 2, "HISTORY_MALFORMED"],
      ['id\n"a"b', 2, "HISTORY_MALFORMED"],
      ["id\ra", 1, "HISTORY_MALFORMED"],
      [`id\n${"a".repeat(70_000)}`, 2, "HISTORY_LIMIT_EXCEEDED"],
      ["id,".repeat(300), 1, "HISTORY_LIMIT_EXCEEDED"],
    ]
    for (const [csv, line, code] of broken) await expect(gather(importCsv(csv))).rejects.toMatchObject({ code, line })
  })
})

/** Rows as a spreadsheet would read them. */
async function* cellsOf(csv: string): AsyncGenerator<{ readonly cells: readonly string[] }> {
  const { parseCsvRows } = await import("../../src/history/csv-rows.ts")
  yield* parseCsvRows(csv)
}
