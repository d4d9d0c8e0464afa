import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { SoundClock } from "../../src/record/sound-clock.ts"
import { soundCut } from "../../src/record/sound-cut.ts"

const config = { codec: "opus", sampleRate: 48_000, numberOfChannels: 1 }
const packetsAt = (...times: readonly number[]) =>
  times.map((ms) => ({ data: new Uint8Array([1]), timestampUs: ms * 1000, durationUs: 20_000, config }))

describe("soundCut()", () => {
  test("is nothing where there is no sound, so that the file gets no track for it", () => {
    expect(soundCut("opus", [], { startUs: 0, endUs: 1e6 })).toBeUndefined()
  })

  test("counts from the clip's start, and ends with its picture", () => {
    const cut = soundCut("opus", packetsAt(110, 130, 150), { startUs: 100_000, endUs: 160_000 })
    expect(cut?.packets.map(({ seconds, duration }) => [seconds, duration])).toEqual([
      [0.01, 0.02],
      [0.03, 0.02],
      [0.05, 0.01],
    ])
    expect(cut?.audio).toEqual({ codec: "opus", missingSeconds: 0 })
  })

  test("says how much is missing: before, between and after", () => {
    const cut = soundCut("opus", packetsAt(200, 220, 340, 360), { startUs: 0, endUs: 1e6 })
    expect(cut?.audio.missingSeconds).toBeCloseTo(0.2 + 0.1 + 0.62, 6)
  })
})

describe("SoundClock", () => {
  test("knows no start before anything arrived", () => {
    expect(new SoundClock().startUs).toBeUndefined()
  })

  test("is as exact as what arrived soonest, however late all else was", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 100 }), fc.nat(1e6), (delays, startMs) => {
        const clock = new SoundClock()
        for (const [index, delay] of delays.entries()) clock.tell(index * 20_000, startMs + index * 20 + delay)
        expect(clock.startUs).toBe((startMs + Math.min(...delays)) * 1000)
      }),
    )
  })

  test("follows a clock that drifts: after twenty seconds nothing old counts", () => {
    const clock = new SoundClock()
    // A tenth of a second in a minute.
    for (let ms = 0; ms <= 60_000; ms += 20) clock.tell(ms * 1000, ms + ms / 600)
    expect(clock.startUs).toBeGreaterThan(60_000)
  })
})
