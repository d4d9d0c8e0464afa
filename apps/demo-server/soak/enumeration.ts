import { generateKE1, toBase64Url } from "@darkslide/crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { json, register } from "../test/blind-client.ts"
import type { Send } from "../test/blind-client.ts"
import { serverProcess } from "./server-process.ts"

const handlesPerSide = 8
/** What must hold at 7,800 tries a side, where the standard error is 0.005. */
const limit = 0.02
const warmUp = 50

type Side = "known" | "unknown"
type Step = "start" | "finish"

/** What an answer shows beside its time. */
interface Shown {
  readonly status: number
  readonly headers: string
  readonly body: string
}

/**
 * Tries wrong passwords at handles that exist and at others, in random turns, and looks for what tells them apart: bytes
 * of the answers, and their time, by the area under the curve of a judge who guesses by it (0.5 is blind).
 * @returns how many of the steps told something.
 */
export async function enumeration({ count, seed }: { readonly count: number; readonly seed: number }): Promise<number> {
  const temporary = await mkdtemp(join(tmpdir(), "darkslide-enumeration-"))
  const random = seededRandom(seed)
  const plenty = { DARKSLIDE_LOGINS_PER_HANDLE: "1000000", DARKSLIDE_LOGINS_PER_ADDRESS: "1000000" }
  const folders = { data: join(temporary, "data"), compiled: join(temporary, "compiled") }
  await using server = await serverProcess(folders, plenty)
  try {
    await server.start()
    const send: Send = (path, init) => fetch(`${server.url}${path}`, init)
    const names = (side: Side) => Array.from({ length: handlesPerSide }, (_, index) => `${side.slice(0, 5)}-${index}`)
    const handles = { known: names("known"), unknown: names("unknown") }
    for (const handle of handles.known) await register(send, handle)
    const times = { start: { known: [], unknown: [] }, finish: { known: [], unknown: [] } } as Record<
      Step,
      Record<Side, number[]>
    >
    const shown: Record<Step, Record<Side, Set<string>>> = {
      start: { known: new Set(), unknown: new Set() },
      finish: { known: new Set(), unknown: new Set() },
    }
    const left = { known: count + warmUp, unknown: count + warmUp }
    while (left.known + left.unknown > 0) {
      const side = random.next() * (left.known + left.unknown) < left.known ? "known" : "unknown"
      left[side] -= 1
      const handle = handles[side][random.below(handlesPerSide)] ?? ""
      const login = await tryLogin(send, handle)
      for (const step of ["start", "finish"] as const) {
        if (left[side] < count) times[step][side].push(login[step].ms)
        shown[step][side].add(JSON.stringify(login[step].shown))
      }
    }
    return (["start", "finish"] as const).filter((step) => !isBlind(step, times[step], shown[step])).length
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function tryLogin(send: Send, handle: string) {
  const { ke1 } = generateKE1("not the password")
  const start = await timed(send, "/v1/login/start", { handle, suite: 1, ke1: toBase64Url(ke1) })
  const { loginId } = JSON.parse(start.text) as { readonly loginId: string }
  const finish = await timed(send, "/v1/login/finish", {
    loginId,
    ke3: toBase64Url(new Uint8Array(64)),
    session: "bearer",
  })
  return { start, finish }
}

async function timed(send: Send, path: string, body: object) {
  const begun = performance.now()
  const answer = await send(path, json("POST", body))
  const text = await answer.text()
  const ms = performance.now() - begun
  const headers = [...answer.headers].filter(([name]) => name !== "date").map(([name, value]) => `${name}: ${value}`)
  return { ms, text, shown: { status: answer.status, headers: headers.join("\n"), body: masked(text) } satisfies Shown }
}

/** Random values differ in every answer: what counts is their length. */
function masked(text: string): string {
  return text.replaceAll(
    /"(loginId|ke2)":"([\w-]+)"/gu,
    (_, name: string, value: string) => `"${name}":${value.length}`,
  )
}

function isBlind(step: Step, times: Record<Side, readonly number[]>, shown: Record<Side, Set<string>>): boolean {
  const area = areaUnderCurve(times.known, times.unknown)
  const n = times.known.length
  // Four standard errors: a run of few tries tells little, and must not cry wolf.
  const allowed = Math.max(limit, 4 * Math.sqrt(1 / (6 * n)))
  const isSame = shown.known.size === 1 && shown.unknown.size === 1 && [...shown.known][0] === [...shown.unknown][0]
  const verdict = Math.abs(area - 0.5) <= allowed
  process.stdout.write(
    `login/${step}: AUC ${area.toFixed(4)} of ${n} a side (within ${allowed.toFixed(3)}: ${verdict ? "yes" : "no"}), bytes ${isSame ? "the same" : "differ"}\n`,
  )
  return verdict && isSame
}

/** Mann and Whitney's U over the number of pairs: how often a time of the first side is the longer one. */
function areaUnderCurve(first: readonly number[], second: readonly number[]): number {
  const all = [...first.map((ms) => ({ ms, of: 1 })), ...second.map((ms) => ({ ms, of: 0 }))].toSorted(
    (a, b) => a.ms - b.ms,
  )
  let ranks = 0
  for (let from = 0; from < all.length;) {
    let to = from
    while (to < all.length && all[to]?.ms === all[from]?.ms) to += 1
    // Equal times share the middle of their ranks.
    for (let at = from; at < to; at += 1) ranks += (all[at]?.of ?? 0) * ((from + 1 + to) / 2)
    from = to
  }
  return (ranks - (first.length * (first.length + 1)) / 2) / (first.length * second.length)
}
