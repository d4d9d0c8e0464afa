import type { DemoProcess } from "./demo-process.ts"
import type { SoakSite } from "./soak-site.ts"

/** After each kill, each queue may send bytes of one chunk again, no more. */
export function checkPieces(site: SoakSite, chunkBytes: number): readonly string[] {
  const reached = new Map<string, number>()
  const again = new Map<string, number>()
  for (const { queue, upload, offset, bytes, kills } of site.pieces) {
    const before = reached.get(upload) ?? 0
    const repeated = Math.max(0, Math.min(before, offset + bytes) - offset)
    reached.set(upload, Math.max(before, offset + bytes))
    const after = `${queue} after kill ${kills}`
    again.set(after, (again.get(after) ?? 0) + repeated)
  }
  return [...again]
    .filter(([, bytes]) => bytes > chunkBytes)
    .map(([after, bytes]) => `${bytes} bytes sent again: ${after}`)
}

/** Everything that was called safe has arrived, and nothing arrived twice. */
export async function checkEnd(site: SoakSite, demo: DemoProcess): Promise<readonly string[]> {
  return [...(await checkPlain(site)), ...(await checkDemo(site, demo))]
}

async function checkPlain(site: SoakSite): Promise<readonly string[]> {
  const { complete } = await site.plainUploads()
  const arrived = new Set(complete)
  const lost = [...site.committed.tus].filter(([, hash]) => !arrived.has(hash))
  return [
    ...lost.map(([id]) => `tus: lost ${id}`),
    ...(arrived.size === complete.length ? [] : [`tus: ${complete.length - arrived.size} sent twice to completion`]),
  ]
}

async function checkDemo(site: SoakSite, demo: DemoProcess): Promise<readonly string[]> {
  const captures = await demo.captures()
  const standing = new Set(captures)
  const lost = [...site.committed.demo.keys()].filter((id) => !standing.has(id))
  const used = new Set(site.finished.map(({ upload }) => upload))
  const sent = new Map<string, number>()
  for (const { queue, upload, offset, bytes } of site.pieces)
    if (queue === "demo") sent.set(upload, Math.max(sent.get(upload) ?? 0, offset + bytes))
  const whole = [...sent].filter(([upload, bytes]) => bytes === site.demoLengths.get(upload)).map(([upload]) => upload)
  const unused = whole.filter((upload) => !used.has(upload.split("/").at(-1) ?? ""))
  const made = new Set(site.finished.filter(({ status }) => status === 201).map(({ captureId }) => captureId))
  return [
    ...lost.map((id) => `demo: lost ${id}`),
    ...unused.map((upload) => `demo: sent twice to completion: ${upload}`),
    ...(standing.size === captures.length ? [] : ["demo: a capture stands twice"]),
    ...captures.filter((id) => !made.has(id)).map((id) => `demo: nobody saw ${id} committed`),
  ]
}
