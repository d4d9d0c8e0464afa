import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { bearer, register } from "../test/blind-client.ts"
import type { Send } from "../test/blind-client.ts"
import { Gate } from "./gate.ts"
import { checkClaims, checkFolder } from "./kill-checks.ts"
import { killWriter } from "./kill-writer.ts"
import type { KillWriter } from "./kill-writer.ts"
import { seededRandom, type SeededRandom } from "../../../tools/soak/seeded-random.ts"
import { serverProcess } from "./server-process.ts"

const writers = 3
/** About how long a commit or a delete takes, in milliseconds. */
const decisiveMs = 12

/**
 * Kills a server at random moments while three writers upload, commit and delete, and looks after every restart
 * whether anything acknowledged was lost, undone or left over.
 * @returns how many of the runs were bad.
 */
export async function kills({ count, seed }: { readonly count: number; readonly seed: number }): Promise<number> {
  const temporary = await mkdtemp(join(tmpdir(), "darkslide-kills-"))
  const folder = join(temporary, "data")
  const random = seededRandom(seed)
  await using server = await serverProcess({ data: folder, compiled: join(temporary, "compiled") })
  const gate = new Gate()
  const direct: Send = (path, init) => fetch(`${server.url}${path}`, init)
  let decisive = Promise.withResolvers<void>()
  const gated: Send = (path, init) =>
    gate.pass(() => {
      if (init?.method === "PUT" || init?.method === "DELETE") decisive.resolve()
      return direct(path, init)
    })
  /** Any moment; three times in four one within a commit or a delete, where most can go wrong. */
  const randomMoment = async () => {
    await sleep(20 + random.next() * 200)
    if (random.next() < 0.25) return
    decisive = Promise.withResolvers<void>()
    await Promise.race([decisive.promise, sleep(1000)])
    await sleep(random.next() * decisiveMs)
  }
  const ended = new AbortController()
  await server.start()
  await server.kill("SIGTERM")
  await server.start()
  gate.open()
  const all = await Promise.all(
    Array.from({ length: writers }, (_, index) => openWriter(gated, `writer-${index}`, random)),
  )
  const running = Promise.all(all.map((writer) => writer.run(ended.signal).catch(complainTo(writer, ended.signal))))

  let bad = 0
  const look = async (run: string) => {
    const complaints = [...(await checkFolder(folder)), ...(await lookAtClaims(all, direct))]
    for (const complaint of complaints) process.stdout.write(`kills: ${run}: ${complaint}\n`)
    if (complaints.length > 0) bad++
  }
  try {
    for (let run = 1; run <= count; run++) {
      await randomMoment()
      gate.close()
      await server.kill("SIGKILL")
      await gate.idle()
      await server.start()
      await look(`run ${run}`)
      gate.open()
    }
    gate.close()
    ended.abort()
    await gate.idle()
    const code = await server.kill("SIGTERM")
    await server.start()
    await look(code === 0 ? "after a clean stop" : `after a stop with exit code ${code}`)
    await server.kill("SIGTERM")
    gate.open()
    await running
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  const done = all.flatMap(({ captures }) => captures)
  const counted = (claim: string) => done.filter((capture) => capture.claim === claim).length
  process.stdout.write(`kills: ${done.length} captures, ${counted("committed")} kept, ${counted("deleted")} deleted\n`)
  return bad
}

async function openWriter(send: Send, handle: string, random: SeededRandom): Promise<KillWriter> {
  const client = await register(send, handle)
  return killWriter({ ...client, send: bearer(send, client.token) }, random)
}

/** A writer that gave up is a bad run, except at the end. */
function complainTo(writer: KillWriter, ended: AbortSignal) {
  return (error: unknown) => {
    if (!ended.aborted) writer.complaints.push(String(error))
  }
}

async function lookAtClaims(all: readonly KillWriter[], direct: Send): Promise<readonly string[]> {
  const found = await Promise.all(all.map((writer) => checkClaims(writer, bearer(direct, writer.client.token))))
  return [...found.flat(), ...all.flatMap((writer) => writer.complaints.splice(0))]
}
