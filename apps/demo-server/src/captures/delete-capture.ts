import { openTombstone } from "@darkslide/capture"
import { isDarkslideError, readAccountState } from "@darkslide/crypto"
import type { AccountState } from "@darkslide/crypto"
import { Problem } from "../http/problem.ts"
import type { AppPorts } from "../ports.ts"

export interface Deletion {
  readonly accountId: string
  readonly captureId: string
  readonly tombstone: Uint8Array
}

/**
 * Removes a capture and leaves its tombstone: rows first, so that nobody gets the header any more, then the blob.
 * @throws Problem `TOMBSTONE_INVALID`
 */
export async function deleteCapture({ accountId, captureId, tombstone }: Deletion, ports: AppPorts): Promise<void> {
  const { storage } = ports
  const account = await storage.accounts.find(accountId)
  if (account === undefined) throw new Problem("NOT_SIGNED_IN", "Cannot answer: the account is gone")
  const buried = verify(tombstone, readAccountState(account.state))
  if (buried.captureId !== captureId) throw invalid("it names another capture")
  const blobId = await storage.withRoomToDelete(() => storage.captures.bury(accountId, captureId, tombstone))
  if (blobId !== undefined) await storage.removeBlob(blobId)
}

function verify(document: Uint8Array, state: AccountState) {
  try {
    return openTombstone(document, state)
  } catch (error) {
    if (isDarkslideError(error)) throw invalid("no device of the account signed it", error)
    throw error
  }
}

function invalid(why: string, cause?: unknown): Problem {
  return new Problem("TOMBSTONE_INVALID", `Cannot delete capture: the tombstone does not hold, ${why}`, { cause })
}
