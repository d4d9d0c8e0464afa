import { sframeAes128Gcm, sframeExporterLabel } from "@darkslide/crypto/sframe"
import { maySend } from "../membership/roles.ts"
import type { CallRoom } from "./call-room.ts"
import type { EpochKey } from "./epoch-key.ts"

/** Reads the key of the room's present epoch, with everything of the same epoch. @throws RoomsError `ROOMS_CLOSED` */
export async function readEpochKey(room: CallRoom, keepMs: number): Promise<EpochKey> {
  for (;;) {
    const { keys } = room
    const { epoch } = keys
    const baseKey = await keys.exportKey(sframeExporterLabel, sframeAes128Gcm.keyBytes)
    // The group may have moved on meanwhile: the key is of one epoch or of the other.
    if (keys.epoch !== epoch) continue
    const senders = room.members.filter(({ role }) => maySend(role)).map(({ leafIndex }) => leafIndex)
    return { epoch, leafIndex: keys.leafIndex, baseKey, senders, keepMs }
  }
}
