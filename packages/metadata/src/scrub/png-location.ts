import type { Part } from "../walk/part.ts"
import type { Edits } from "./edits.ts"
import type { ScrubContext } from "./scrub-format.ts"

export async function planPngLocation(
  bytes: Uint8Array,
  parts: readonly Part[],
  edits: Edits,
  context: ScrubContext,
): Promise<void> {
  throw new Error(`${bytes.length} ${parts.length} ${edits.empty} ${context.policy}`)
}
