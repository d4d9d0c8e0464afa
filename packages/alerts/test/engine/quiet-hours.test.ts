import fc from "fast-check"
import { Temporal } from "temporal-polyfill"
import { describe, expect, test } from "vitest"
import { checkQuietHours, quietUntil, type QuietHours } from "../../src/engine/quiet-hours.ts"
import { instantOf, wallTime } from "../../src/engine/zone-time.ts"

const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "Africa/Casablanca",
  "America/Havana",
  "UTC",
]
const zone = fc.constantFrom(...zones)
/** Around every change of the clocks of three years, and anywhere in them. */
const years = { min: Date.parse("2024-01-01T00:00:00Z"), max: Date.parse("2027-01-01T00:00:00Z") }
const near = (from: string) => fc.integer({ min: -30, max: 30 }).map((hours) => Date.parse(from) + hours * 1_800_000)
const instant = fc.oneof(
  fc.integer(years),
  ...["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"].map(near),
  ...["2026-04-05T03:00:00Z", "2026-09-06T04:00:00Z", "2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"].map(near),
)
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`)
const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())
const berlin: QuietHours = { zone: "Europe/Berlin", from: "22:00", to: "07:00" }

describe("zone time", () => {
  test("wallTime() is what Temporal says", () => {
    fc.assert(
      fc.property(zone, instant, (name, at) => {
        const theirs = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name).toPlainDateTime()
        expect(wallTime(at, name)).toBe(theirs.toZonedDateTime("UTC").epochMilliseconds)
      }),
      { numRuns: 400 },
    )
  })

  test("instantOf() is what Temporal says: the first or last one, or the moment of the change", () => {
    fc.assert(
      fc.property(zone, instant, fc.constantFrom("first", "last"), (name, wall, which) => {
        const plain = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO("UTC").toPlainDateTime()
        const disambiguation = which === "first" ? "earlier" : "later"
        const theirs = plain.toZonedDateTime(name, { disambiguation })
        const isShown = theirs.toPlainDateTime().equals(plain)
        const expected = isShown
          ? theirs.epochMilliseconds
          : plain.toZonedDateTime(name, { disambiguation: "earlier" }).getTimeZoneTransition("next")?.epochMilliseconds
        expect(iso(instantOf(wall, name, which))).toBe(iso(expected))
      }),
      { numRuns: 400 },
    )
  })
})

describe("quietUntil()", () => {
  test("an ordinary night", () => {
    expect(iso(quietUntil(berlin, Date.parse("2026-06-01T20:00:00Z")))).toBe("2026-06-02T05:00:00.000Z")
    expect(quietUntil(berlin, Date.parse("2026-06-01T19:59:59.999Z"))).toBeUndefined()
    expect(quietUntil(berlin, Date.parse("2026-06-02T05:00:00Z"))).toBeUndefined()
  })

  test("nights on which the clocks change are an hour shorter and an hour longer", () => {
    expect(iso(quietUntil(berlin, Date.parse("2026-03-28T21:00:00Z")))).toBe("2026-03-29T05:00:00.000Z")
    expect(iso(quietUntil(berlin, Date.parse("2026-10-24T20:00:00Z")))).toBe("2026-10-25T06:00:00.000Z")
  })

  test("an end that clocks skip is the moment of the change, one that they show twice is the last", () => {
    const short: QuietHours = { zone: "Europe/Berlin", from: "01:00", to: "02:30" }
    expect(iso(quietUntil(short, Date.parse("2026-03-29T00:30:00Z")))).toBe("2026-03-29T01:00:00.000Z")
    expect(iso(quietUntil(short, Date.parse("2026-10-24T23:30:00Z")))).toBe("2026-10-25T01:30:00.000Z")
    // Between the first 02:30 and the second: still the same unbroken time.
    expect(iso(quietUntil(short, Date.parse("2026-10-25T00:45:00Z")))).toBe("2026-10-25T01:30:00.000Z")
  })

  test("days are those on which it begins", () => {
    const weekend: QuietHours = { ...berlin, days: ["friday"] }
    expect(iso(quietUntil(weekend, Date.parse("2026-06-05T22:00:00Z")))).toBe("2026-06-06T05:00:00.000Z")
    expect(quietUntil(weekend, Date.parse("2026-06-06T22:00:00Z"))).toBeUndefined()
    const whole: QuietHours = { zone: "Europe/Berlin", from: "00:00", to: "00:00", days: ["saturday", "sunday"] }
    expect(iso(quietUntil(whole, Date.parse("2026-06-06T10:00:00Z")))).toBe("2026-06-07T22:00:00.000Z")
  })

  test("its end is later, loud, and everything before it is quiet", () => {
    fc.assert(
      fc.property(zone, instant, time, time, (name, now, from, to) => {
        fc.pre(from !== to)
        const hours: QuietHours = { zone: name, from, to }
        const until = quietUntil(hours, now)
        if (until === undefined) return
        expect(until).toBeGreaterThan(now)
        expect(quietUntil(hours, until)).toBeUndefined()
        for (const share of [0.25, 0.5, 0.99])
          expect(quietUntil(hours, Math.floor(now + (until - now) * share))).toBe(until)
        expect(until - now).toBeLessThanOrEqual(50 * 3_600_000)
      }),
      { numRuns: 200 },
    )
  })

  test("agrees with the clock on the wall on days when it does not change", () => {
    fc.assert(
      fc.property(zone, instant, time, time, (name, now, from, to) => {
        fc.pre(from !== to)
        const there = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(name)
        const offsets = [-36, 0, 36].map((hours) => there.add({ hours }).offsetNanoseconds)
        fc.pre(new Set(offsets).size === 1)
        const shown = there.toPlainTime().toString().slice(0, 5)
        const isQuiet = from < to ? from <= shown && shown < to : shown >= from || shown < to
        expect(quietUntil({ zone: name, from, to }, now) !== undefined).toBe(isQuiet)
      }),
      { numRuns: 300 },
    )
  })

  test("refuses what is no time, no zone, no day, or never over", () => {
    const bad: readonly Partial<QuietHours>[] = [
      { from: "24:00" },
      { to: "7:00" },
      { zone: "Mars/Olympus" },
      { days: ["Monday" as "monday"] },
      { from: "07:00" },
    ]
    for (const part of bad) expect(() => checkQuietHours({ ...berlin, ...part })).toThrow(RangeError)
    expect(() => checkQuietHours({ ...berlin, from: "07:00", days: ["sunday"] })).not.toThrow()
  })
})
