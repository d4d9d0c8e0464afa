import { RoomsError } from "../errors.ts"

/** Members were shown different histories: the room is over for who finds out. */
export function forked(what: string): RoomsError {
  return new RoomsError("ROOMS_FORKED", `Cannot go on: ${what}`)
}
