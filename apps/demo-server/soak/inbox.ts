import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { armBrowser } from "../test/armed-browser.ts"
import { answerOf, json, register } from "../test/blind-client.ts"
import type { Send } from "../test/blind-client.ts"
import { serverProcess } from "./server-process.ts"

const photoBytes = 60_000
/** Of one hour: see `inbox-store.ts`. */
const cap = 6
const settleMs = 20_000

interface Inbox {
  readonly items: readonly { readonly captureId: string }[]
  readonly attempts: readonly { readonly count: number }[]
}

/**
 * Kills a server while an armed browser posts photos to it, and looks after each restart whether every one that was
 * answered by 202 is in the inbox or counted, once, and whether a file is there for each row and for nothing else.
 * @returns how many of the runs were bad.
 */
export async function inbox({ count, seed }: { readonly count: number; readonly seed: number }): Promise<number> {
  const temporary = await mkdtemp(join(tmpdir(), "darkslide-inbox-"))
  const random = seededRandom(seed)
  const folder = join(temporary, "data")
  await using server = await serverProcess({ data: folder, compiled: join(temporary, "compiled") })
  const send: Send = (path, init) => fetch(`${server.url}${path}`, init)
  try {
    await server.start()
    const client = await register(send, "owner")
    const browser = await armBrowser(client, send, "sealed")
    const target = { channel: "mail", destination: "owner@example.org" }
    await answerOf(await client.send("/v1/alerts/targets", json("POST", target)))
    let [accepted, unanswered, sequence, bad] = [0, 0, 0, 0]
    for (let run = 0; run < count; run += 1) {
      let isDead = false
      const posting = Promise.all(
        [0, 1].map(async () => {
          while (!isDead) {
            sequence += 1
            const photo = new Uint8Array(photoBytes).fill(sequence)
            const outcome = await browser.post(photo, sequence).then(
              ({ status }) => status,
              // The server died within it.
              () => undefined,
            )
            if (outcome === 202) accepted += 1
            else unanswered += 1
          }
        }),
      )
      await sleep(5 + random.next() * 150)
      isDead = true
      await server.kill("SIGKILL")
      await posting
      await server.start()
      await settled(folder)
      const { items, attempts } = await answerOf<Inbox>(await client.send("/v1/inbox"))
      const kept = items.length + attempts.reduce((sum, each) => sum + each.count, 0)
      const blobs = await readdir(join(folder, "blobs"))
      const isRight =
        kept >= accepted && kept <= accepted + unanswered && items.length <= cap && blobs.length === items.length
      if (!isRight) {
        bad += 1
        process.stdout.write(
          `run ${run}: ${accepted} answered, ${unanswered} not, ${kept} kept, ${blobs.length} files\n`,
        )
      }
      // Room for the next run's photos, by the way that is to be as safe.
      for (const { captureId } of items)
        if (random.next() < 0.5) await client.send(`/v1/inbox/${captureId}`, { method: "DELETE" })
      const left = (await answerOf<Inbox>(await client.send("/v1/inbox"))).items.length
      accepted -= items.length - left
    }
    process.stdout.write(`${sequence} photos posted, ${unanswered} of them not answered\n`)
    return bad
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Until the spool is worked off. */
async function settled(folder: string): Promise<void> {
  const limit = performance.now() + settleMs
  while ((await readdir(join(folder, "spool"))).length > 0 && performance.now() < limit) await sleep(20)
}
