import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { photoName } from "../src/storage/photo-name.ts"
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
 * Kills a server while an armed browser posts photos to it and their owner removes some, and looks after each restart:
 * every one that was answered by 202 is in the inbox or counted, once; a removed one is nowhere, in no mail either; a file
 * is there for each row and for nothing else.
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
    const { accountId } = client.account
    const browser = await armBrowser(client, send, "sealed")
    const target = { channel: "mail", destination: "owner@example.org" }
    await answerOf(await client.send("/v1/alerts/targets", json("POST", target)))
    let [accepted, unanswered, sequence, bad, halfRemoved] = [0, 0, 0, 0, 0]
    let known: readonly string[] = []
    const removed = new Set<string>()
    for (let run = 0; run < count; run += 1) {
      let isDead = false
      const complaints: string[] = []
      const posting = [0, 1].map(async () => {
        while (!isDead) {
          sequence += 1
          const status = await statusOf(browser.post(new Uint8Array(photoBytes).fill(sequence), sequence))
          if (status === 202) accepted += 1
          else unanswered += 1
        }
      })
      const unsure = new Set<string>()
      const removing = async () => {
        for (const captureId of known.filter(() => random.next() < 0.5)) {
          if (isDead) return
          const status = await statusOf(client.send(`/v1/inbox/${captureId}`, { method: "DELETE" }))
          if (status === 204) removed.add(captureId)
          else unsure.add(captureId)
        }
      }
      const working = Promise.all([...posting, removing()])
      await sleep(5 + random.next() * 150)
      isDead = true
      await server.kill("SIGKILL")
      await working
      await server.start()
      await settled(folder)
      const { items, attempts } = await answerOf<Inbox>(await client.send("/v1/inbox"))
      const standing = new Set(items.map(({ captureId }) => captureId))
      for (const captureId of unsure) if (!standing.has(captureId)) removed.add(captureId)
      halfRemoved += unsure.size
      accepted -= known.filter((captureId) => removed.has(captureId)).length
      known = [...standing]
      const kept = items.length + attempts.reduce((sum, each) => sum + each.count, 0)
      const blobs = await readdir(join(folder, "blobs"))
      if (kept < accepted || kept > accepted + unanswered || items.length > cap || blobs.length !== items.length)
        complaints.push(`${accepted} answered, ${unanswered} not, ${kept} kept, ${blobs.length} files`)
      if (known.some((captureId) => removed.has(captureId))) complaints.push("a removed photo stands")
      const mails = await mailsOf(folder)
      for (const captureId of removed)
        if (mails.includes(photoName({ accountId, captureId }))) complaints.push("a mail carries a removed photo")
      if (complaints.length > 0) bad += 1
      for (const complaint of complaints) process.stdout.write(`inbox: run ${run}: ${complaint}\n`)
    }
    process.stdout.write(
      `inbox: ${sequence} photos posted, ${unanswered} of them not answered; ${removed.size} removed, ${halfRemoved} deletions not answered\n`,
    )
    return bad
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Undefined where the server died within it. */
async function statusOf(sent: Promise<Response>): Promise<number | undefined> {
  return await sent.then(
    ({ status }) => status,
    () => undefined,
  )
}

async function mailsOf(folder: string): Promise<Buffer> {
  // There is no folder before the first mail.
  const names = await readdir(join(folder, "mail")).catch(() => [])
  return Buffer.concat(await Promise.all(names.map(async (name) => await readFile(join(folder, "mail", name)))))
}

/** Until the spool is worked off. */
async function settled(folder: string): Promise<void> {
  const limit = performance.now() + settleMs
  while ((await readdir(join(folder, "spool"))).length > 0 && performance.now() < limit) await sleep(20)
}
