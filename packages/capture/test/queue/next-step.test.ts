import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { nextStep } from "../../src/queue/next-step.ts"
import { isPending, readRow, type QueueRow } from "../../src/queue/queue-item.ts"
import { kindOf, retryDelay } from "../../src/queue/retry-plan.ts"
import { CaptureError } from "@darkslide/capture"

const time = fc.integer({ min: 0, max: 2000 })
const row: fc.Arbitrary<QueueRow> = fc.record({
  v: fc.constant(1),
  id: fc.uuid(),
  state: fc.constantFrom("queued", "uploading", "finishing", "failed", "expired"),
  bytes: time,
  chunkBytes: fc.integer({ min: 1, max: 100 }),
  upload: fc.constantFrom(null, "http://localhost/uploads/1"),
  sentBytes: time,
  createdAt: time,
  expiresAt: fc.option(time),
  attempts: fc.nat(5),
  nextAt: time,
  failure: fc.constant(null),
})
const rows = fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 12 })

describe("nextStep()", () => {
  test("sends only what is pending, due and not held; nothing that is due is left waiting", () => {
    fc.assert(
      fc.property(rows, time, time, (all, now, heldUntil) => {
        const next = nextStep(all, now, heldUntil)
        const due = all.filter((each) => isPending(each) && each.nextAt <= now && heldUntil <= now)
        if (next.step === "send") {
          expect(due).toContain(next.row)
          expect(next.row.attempts).toBe(Math.min(...due.map(({ attempts }) => attempts)))
        }
        if (next.step === "wait") expect(due).toEqual([])
        if (next.step === "expire") {
          expect(isPending(next.row)).toBe(true)
          expect(next.row.expiresAt).toBeLessThanOrEqual(now)
        }
      }),
    )
  })

  test("a wait ends exactly when there is something to do", () => {
    fc.assert(
      fc.property(rows, time, time, (all, now, heldUntil) => {
        const next = nextStep(all, now, heldUntil)
        if (next.step !== "wait") return
        if (next.until === Infinity) {
          expect(all.some(isPending)).toBe(false)
          return
        }
        expect(next.until).toBeGreaterThan(now)
        expect(nextStep(all, next.until - 1, heldUntil).step).toBe("wait")
        expect(nextStep(all, next.until, heldUntil).step).not.toBe("wait")
      }),
    )
  })

  test("whatever fails and how often, every item gets its turn: a driven queue ends", () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.constantFrom("done", "passing", "final")), (all, fates) => {
        let left = [...all]
        let now = 0
        for (let step = 0; left.some(isPending) && step < 2000; step++) {
          const next = nextStep(left, now, 0)
          if (next.step === "wait") {
            now = next.until
            continue
          }
          const { id } = next.row
          const fate = next.step === "expire" ? "expired" : fates.next().value
          left = left.flatMap((each) => {
            if (each.id !== id) return [each]
            if (fate === "done") return []
            if (fate === "expired") return [{ ...each, state: "expired" as const }]
            if (fate === "final") return [{ ...each, state: "failed" as const }]
            return [{ ...each, attempts: each.attempts + 1, nextAt: now + 1 }]
          })
        }
        expect(left.some(isPending)).toBe(false)
      }),
    )
  })
})

describe("readRow()", () => {
  test("gives back what was written", () => {
    fc.assert(
      fc.property(row, (each) => {
        expect(readRow(each.id, structuredClone(each))).toEqual(each)
      }),
    )
  })

  test("turns anything else into one failed item under its key", () => {
    fc.assert(
      fc.property(fc.anything(), (junk) => {
        expect(readRow("key", junk)).toMatchObject({
          id: "key",
          state: "failed",
          failure: { code: "CAPTURE_QUEUE_CORRUPT" },
        })
      }),
    )
    fc.assert(
      fc.property(row, fc.constantFrom("v", "state", "bytes", "chunkBytes", "createdAt", "upload"), (each, field) => {
        expect(readRow(each.id, { ...each, [field]: "no such thing" })).toMatchObject({ state: "failed" })
        expect(readRow("other", each)).toMatchObject({ id: "other", state: "failed" })
      }),
    )
  })
})

describe("retryDelay()", () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

  test("lies between nothing and a limit that doubles up to a cap", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), share, (attempts, random) => {
        const delay = retryDelay(attempts, { baseMs: 100, maxMs: 10_000 }, random)
        expect(Number.isSafeInteger(delay)).toBe(true)
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(delay).toBeLessThanOrEqual(Math.min(10_000, 100 * 2 ** Math.min(attempts - 1, 30)))
      }),
    )
  })

  test("what the server asks for wins, above the cap and below", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), share, fc.nat(86_400_000), (attempts, random, retryAfterMs) => {
        expect(retryDelay(attempts, { maxMs: 1000, retryAfterMs }, random)).toBe(retryAfterMs)
      }),
    )
  })
})

test.each([
  [new CaptureError("CAPTURE_UPLOAD_INTERRUPTED", "no answer"), "connection"],
  [new CaptureError("CAPTURE_UPLOAD_INTERRUPTED", "busy", { status: 503 }), "connection"],
  [new CaptureError("CAPTURE_UPLOAD_INTERRUPTED", "too many", { status: 429 }), "connection"],
  [new CaptureError("CAPTURE_UPLOAD_INTERRUPTED", "broken", { status: 500 }), "passing"],
  [new CaptureError("CAPTURE_UPLOAD_REJECTED", "who?", { status: 401 }), "unauthorized"],
  [new CaptureError("CAPTURE_UPLOAD_REJECTED", "too large", { status: 413 }), "final"],
  [new CaptureError("CAPTURE_QUEUE_CORRUPT", "torn"), "final"],
  [new CaptureError("CAPTURE_QUEUE_UNAVAILABLE", "storage is gone"), "connection"],
  [new Error("a bug"), "final"],
])("kindOf(%s) is %s", (error, kind) => expect(kindOf(error)).toBe(kind))
