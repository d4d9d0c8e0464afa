import { dayOf } from "../http/day.ts"
import { Problem } from "../http/problem.ts"
import type { AppPorts } from "../ports.ts"
import type { CaptureParts, Commit } from "../storage/captures-store.ts"
import { completeWhenWhole } from "../uploads/complete-when-whole.ts"
import { quotaExceeded } from "../uploads/upload-data-store.ts"
import { checkMedia, checkParts, hashCommit, readHead } from "./check-commit.ts"

export interface OfferedCapture extends CaptureParts {
  readonly accountId: string
  readonly captureId: string
  /** A signed document. */
  readonly head: Uint8Array
  /** Id of the upload that holds the media. */
  readonly upload: string
}

/**
 * Makes a capture of its parts and a complete upload. Offering the same again changes nothing.
 * @throws Problem `CAPTURE_DELETED`, `CAPTURE_CONFLICT`, `CAPTURE_MALFORMED`, `UPLOAD_NOT_READY`, `QUOTA_EXCEEDED`
 */
export async function commitCapture(offered: OfferedCapture, ports: AppPorts): Promise<"committed" | "stands"> {
  const { captures } = ports.storage
  checkParts(offered)
  const { accountId, captureId, head, upload: uploadId, ...parts } = offered
  const commit: Commit = {
    ...parts,
    ...{ accountId, captureId, uploadId },
    head: readHead(head),
    commitHash: hashCommit(parts, head, uploadId),
    committedOn: dayOf(ports.now()),
  }
  const standing = await captures.standing(commit)
  if (standing === undefined) await checkUpload(offered, ports)
  const result = standing ?? (await captures.commit(commit, ports.limits.quotaBytes))
  switch (result) {
    case "committed":
    case "stands":
      return result
    case "conflict":
      throw new Problem("CAPTURE_CONFLICT", "Cannot commit capture: another one has this id")
    case "deleted":
      throw captureDeleted()
    case "upload-missing":
      throw uploadNotReady("it is missing or has a capture already")
    case "quota-exceeded":
      throw quotaExceeded()
  }
}

export function captureDeleted(): Problem {
  return new Problem("CAPTURE_DELETED", "Cannot answer: the capture was deleted")
}

async function checkUpload({ accountId, upload: id, chunks }: OfferedCapture, { storage }: AppPorts): Promise<void> {
  const upload = await storage.uploads.find(id, accountId)
  if (upload === undefined) throw uploadNotReady("it is missing or has a capture already")
  const stat = await completeWhenWhole(storage.blobs, upload)
  if (stat?.state !== "complete") throw uploadNotReady("it is not complete")
  checkMedia(upload.bytes, chunks)
}

function uploadNotReady(why: string): Problem {
  return new Problem("UPLOAD_NOT_READY", `Cannot use upload: ${why}`)
}
