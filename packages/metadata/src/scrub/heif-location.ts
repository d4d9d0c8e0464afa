import type { Item } from "../walk/items.ts"
import type { Edits } from "./edits.ts"
import type { ScrubContext } from "./scrub-format.ts"

export function planHeifLocation(bytes: Uint8Array, item: Item, edits: Edits, context: ScrubContext): boolean {
  throw new Error(`${bytes.length} ${item.id} ${edits.empty} ${context.policy}`)
}
