import { createHash } from "node:crypto"
import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { json } from "../test/blind-client.ts"
import type { Send } from "../test/blind-client.ts"
import type { KillWriter, WrittenCapture } from "./kill-writer.ts"

/** Deleted captures of each writer that are looked at again after every restart: the newest. */
const deletedAgain = 8

/** What a writer may claim against what the server shows after a restart. `direct` goes past the gate. */
export async function checkClaims(writer: KillWriter, direct: Send): Promise<readonly string[]> {
  const deleted = writer.captures.filter(({ claim }) => claim === "deleted").slice(-deletedAgain)
  const rest = writer.captures.filter(({ claim }) => claim !== "deleted")
  const complaints: string[] = []
  for (const capture of [...deleted, ...rest]) {
    const complaint = await checkCapture(capture, direct)
    if (complaint !== undefined) complaints.push(`${complaint} (claimed ${capture.claim})`)
  }
  return complaints
}

async function checkCapture(capture: WrittenCapture, send: Send): Promise<string | undefined> {
  const path = `/v1/captures/${capture.captureId}`
  const shown = await send(`${path}/media`)
  if (shown.status === 200) {
    const hash = createHash("sha256")
      .update(new Uint8Array(await shown.arrayBuffer()))
      .digest("hex")
    if (hash !== capture.mediaHash) return "a capture has other bytes"
    return capture.claim === "uploading" || capture.claim === "deleted" ? "a capture stands that must not" : undefined
  }
  await shown.body?.cancel()
  const expected = { uploading: [404], committing: [404], committed: [], deleting: [410], deleted: [410] }[
    capture.claim
  ]
  if (!(expected as readonly number[]).includes(shown.status)) return `a capture answers ${shown.status}`
  if (capture.claim !== "deleted") return undefined
  const again = await send(path, json("PUT", capture.commit))
  await again.body?.cancel()
  return again.status === 410 ? undefined : `a deleted capture's commit was answered ${again.status}`
}

/** Rows against files, past the server: every row has its blob, every file its row, nothing temporary is left. */
export async function checkFolder(folder: string): Promise<readonly string[]> {
  const { captures, uploads } = readRows(folder)
  const complaints: string[] = []
  for (const { blobId, mediaBytes } of captures) {
    const size = await stat(join(folder, "blobs", blobId)).then(
      (found) => found.size,
      () => undefined,
    )
    if (size !== mediaBytes) complaints.push(`a row of ${mediaBytes} bytes has a blob of ${size}`)
  }
  const held = new Set([...captures.map(({ blobId }) => blobId), ...uploads])
  const files = [...(await readdir(join(folder, "blobs"))), ...(await readdir(join(folder, "uploads")))]
  complaints.push(...files.filter((name) => !held.has(name)).map((name) => `orphan ${name}`))
  const temporary = (await readdir(folder)).filter((name) => name.endsWith(".new"))
  complaints.push(...temporary.map((name) => `temporary file ${name}`))
  return complaints
}

function readRows(folder: string) {
  const rows = new DatabaseSync(join(folder, "darkslide.sqlite"), { readOnly: true })
  try {
    const captures = rows.prepare("select blob_id, media_bytes from captures").all()
    const uploads = rows.prepare("select id from uploads").all()
    return {
      captures: captures.map((row) => ({ blobId: String(row["blob_id"]), mediaBytes: Number(row["media_bytes"]) })),
      uploads: uploads.map((row) => String(row["id"])),
    }
  } finally {
    rows.close()
  }
}
