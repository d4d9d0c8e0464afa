import type { BlobStat, BlobStore } from "../storage/blob-store.ts"
import type { OpenUpload } from "../storage/uploads-store.ts"

/** The state of an upload's blob; one that a crash kept from being completed is completed now. */
export async function completeWhenWhole(blobs: BlobStore, upload: OpenUpload): Promise<BlobStat | undefined> {
  const stat = await blobs.stat(upload.id)
  if (stat?.state !== "partial" || stat.bytes !== upload.bytes) return stat
  await blobs.complete(upload.id)
  return { bytes: stat.bytes, state: "complete" }
}
