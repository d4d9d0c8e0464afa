import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { memorySegments, openHistory, type HistoryQuery, type HistoryRecord } from "@darkslide/metadata/history"
import { sampleRecords } from "./sample-records.ts"

const keys = { accountId: "account", historyKey: new Uint8Array(32) }

async function historyOf(records: readonly HistoryRecord[]): ReturnType<typeof openHistory> {
  const history = await openHistory({ store: memorySegments(), keys })
  await history.append(records)
  return history
}

/** The slow, readable twin of the scan. */
function matches(record: HistoryRecord, query: HistoryQuery): boolean {
  const {
    title = "",
    keywords = [],
    place,
    camera = "",
    fileName = "",
    lens = "",
    room = "",
    description = "",
  } = record
  const text = [title, keywords.join(" "), place?.name ?? "", camera, fileName, lens, room, description]
    .join("\n")
    .toLowerCase()
  const words = (query.words ?? "").toLowerCase().split(" ").filter(Boolean)
  const has = (word: string): boolean =>
    query.match === "start"
      ? new RegExp(`(?<![\\p{L}\\p{N}])${word.replace("(", String.raw`\(`)}`, "u").test(text)
      : text.includes(word)
  const local = record.taken?.local ?? ""
  const { all = [], none = [] } = query.flags ?? {}
  const box = query.within
  return (
    words.every(has) &&
    (query.taken?.from === undefined || (local !== "" && local >= query.taken.from)) &&
    (query.taken?.to === undefined || (local !== "" && local < query.taken.to)) &&
    (query.hasPlace === undefined || query.hasPlace === (place !== undefined)) &&
    (!box ||
      (place !== undefined &&
        place.latitude >= box.south &&
        place.latitude <= box.north &&
        (box.west <= box.east
          ? place.longitude >= box.west && place.longitude <= box.east
          : place.longitude >= box.west || place.longitude <= box.east))) &&
    (!query.cameras || query.cameras.includes(camera)) &&
    (!query.rooms || query.rooms.includes(room)) &&
    all.every((flag) => record.flags?.includes(flag)) &&
    !none.some((flag) => record.flags?.includes(flag))
  )
}

describe("search()", () => {
  test("finds what a slow reading of every record finds", async () => {
    const records = sampleRecords(1500).map((record, i) => {
      if (i % 7 === 0) return { id: record.id, title: record.title }
      return i % 11 === 0 ? { ...record, camera: "(old) Canon", room: "--", lens: "über-zoom 6" } : record
    })
    const history = await historyOf(records)
    const word = fc.constantFrom(
      "ka",
      "mor",
      "tane",
      "canon",
      "eos",
      "room-1",
      "lo",
      "gar",
      "zzz",
      "6",
      "(old",
      "-",
      "über",
    )
    const degrees = fc.integer({ min: -180, max: 180 })
    const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
    const queries = fc.record({
      words: optional(fc.array(word, { maxLength: 3 }).map((words) => words.join(" "))),
      match: optional(fc.constantFrom("part" as const, "start" as const)),
      taken: optional(
        fc.record({
          from: optional(fc.constantFrom("2018", "2019-06", "2021-03-04")),
          to: optional(fc.constantFrom("2019", "2022-01-01T12:00:00", "2025-02")),
        }),
      ),
      within: optional(
        fc.tuple(degrees, degrees, degrees, degrees).map(([south, north, west, east]) => ({
          south: Math.min(south, north),
          north: Math.max(south, north),
          west,
          east,
        })),
      ),
      hasPlace: optional(fc.boolean()),
      cameras: optional(fc.subarray(["Canon EOS R6", "NIKON Z 6", "Logitech BRIO"])),
      rooms: optional(fc.subarray(["room-1", "room-2", "room-39"])),
      flags: optional(fc.record({ all: fc.subarray(["favorite"]), none: fc.subarray(["favorite", "clip"]) })),
      sort: optional(fc.constantFrom("best" as const, "newest" as const, "oldest" as const, "added" as const)),
    })
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        const expected = records.filter((record) => matches(record, query)).map(({ id }) => id)
        const page = await history.search({ ...query, limit: 1000 })
        const found = page.records.map(({ id }) => id)
        expect(page.total).toBe(expected.length)
        if (expected.length <= 1000) expect(found.toSorted()).toEqual(expected.toSorted())
        const rest = await history.search({ ...query, limit: 700, offset: 300 })
        expect(rest.records.slice(0, 5).map(({ id }) => id)).toEqual(found.slice(300, 305))
      }),
      { numRuns: 150 },
    )
  })

  test("ranks fields by weight, starts of words before their middle, then the newest", async () => {
    const at = (local: string): { taken: { local: string } } => ({ taken: { local } })
    const history = await historyOf([
      { id: "description", description: "a harbour at\n night", ...at("2024-01-09T00:00:00") },
      { id: "inside", title: "unharboured", ...at("2024-01-08T00:00:00") },
      { id: "older", title: "Harbour", ...at("2024-01-01T00:00:00") },
      { id: "newer", title: "The harbour", ...at("2024-01-02T00:00:00") },
      { id: "keyword", keywords: ["harbour"], ...at("2024-01-07T00:00:00") },
      { id: "place", place: { latitude: 1, longitude: 2, name: "Harbour" } },
      { id: "none" },
    ])
    const ids = async (query: HistoryQuery): Promise<string[]> =>
      (await history.search(query)).records.map(({ id }) => id)
    expect(await ids({ words: "HARBOUR" })).toEqual(["newer", "older", "keyword", "inside", "place", "description"])
    expect(await ids({ words: "harbour", match: "start" })).not.toContain("inside")
    expect(await ids({ words: '"at night"' })).toEqual(["description"])
    expect(await ids({ words: '"night at"' })).toEqual([])
    expect(await ids({ words: "harbour", sort: "oldest" })).toEqual([
      "older",
      "newer",
      "keyword",
      "inside",
      "description",
      "place",
    ])
  })

  test("sorts by the moment, filters by the camera's own clock", async () => {
    const history = await historyOf([
      { id: "tokyo", taken: { local: "2024-05-07T01:00:00", offset: "+09:00" } },
      { id: "paris", taken: { local: "2024-05-06T19:00:00", offset: "+02:00" } },
      { id: "utc", taken: { local: "2024-05-06T16:30:00.250", offset: "Z" } },
      { id: "leap", taken: { local: "2016-12-31T23:59:60" } },
    ])
    const ids = async (query: HistoryQuery): Promise<string[]> =>
      (await history.search(query)).records.map(({ id }) => id)
    expect(await ids({})).toEqual(["paris", "utc", "tokyo", "leap"])
    expect(await ids({ taken: { from: "2024-05-06", to: "2024-05-07" } })).toEqual(["paris", "utc"])
    expect(await ids({ taken: { to: "2017" } })).toEqual(["leap"])
  })

  test("compares text in every script, composed or not", async () => {
    const history = await historyOf([
      { id: "greek", title: "ΑΘΗΝΑ λιμάνι" },
      { id: "composed", title: "caf\u00e9 au lait" },
      { id: "japanese", title: "東京タワー", keywords: ["夜景"] },
      { id: "emoji", title: "party 🎉night" },
    ])
    const found = async (query: HistoryQuery): Promise<string | undefined> =>
      (await history.search(query)).records[0]?.id
    expect(await found({ words: "αθηνα" })).toBe("greek")
    expect(await found({ words: "CAFE\u0301" })).toBe("composed")
    expect(await found({ words: "タワー 夜景" })).toBe("japanese")
    expect(await found({ words: "night", match: "start" })).toBe("emoji")
  })

  test("counts the names of cameras, rooms and flags", async () => {
    const history = await historyOf([
      { id: "a", camera: "X", flags: ["clip", "favorite"] },
      { id: "b", camera: "X", room: "r", flags: ["clip"] },
      { id: "c", camera: "Y" },
    ])
    await history.remove(["c"])
    expect(await history.summary()).toMatchObject({
      cameras: [{ name: "X", count: 2 }],
      rooms: [{ name: "r", count: 1 }],
      flags: [
        { name: "clip", count: 2 },
        { name: "favorite", count: 1 },
      ],
    })
  })

  test("refuses a date, a box and pages that are none", async () => {
    const history = await historyOf([])
    const bad: HistoryQuery[] = [
      { taken: { from: "yesterday" } },
      { taken: { to: "2024-13" } },
      { within: { south: 2, north: 1, west: 0, east: 1 } },
      { offset: -1 },
      { limit: 0.5 },
      { words: Array.from({ length: 33 }, (_, i) => `w${i}`).join(" ") },
    ]
    for (const query of bad) await expect(history.search(query)).rejects.toThrow(RangeError)
  })
})
