import { base64nopad } from "@scure/base"
import type { Argon2Type } from "./argon2.ts"

/** An Argon2 hash as a PHC string holds it. */
export interface Argon2Hash {
  readonly type: Argon2Type
  /** 0x10 where the string names no version. */
  readonly version: 0x10 | 0x13
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
  /** Names the secret that the hash was made with. */
  readonly keyId?: Uint8Array | undefined
  readonly associatedData?: Uint8Array | undefined
  readonly salt: Uint8Array
  readonly tag: Uint8Array
}

const shape =
  /^\$(argon2(?:id|i|d))(?:\$v=(16|19))?\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,7})(?:,keyid=([A-Za-z0-9+/]{1,11}))?(?:,data=([A-Za-z0-9+/]{1,43}))?\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{6,172})$/

/**
 * Reads `$argon2id$v=19$m=…,t=…,p=…$salt$tag` strictly: decimals without leading zeros, canonical unpadded base64, a
 * salt of 8 to 64 bytes, a tag of 4 to 128, memory of at least 8 KiB for each lane.
 * @returns `undefined` when it is anything else.
 */
export function parseArgon2Hash(text: string): Argon2Hash | undefined {
  const match = shape.exec(text)
  if (!match) return undefined
  const [, type = "", version = "16", memory, passes, lanes, keyId, data, salt = "", tag = ""] = match
  const [memoryKiB, lanesNumber] = [Number(memory), Number(lanes)]
  if (memoryKiB < 8 * lanesNumber) return undefined
  try {
    return {
      type: type as Argon2Type,
      version: version === "16" ? 0x10 : 0x13,
      memoryKiB,
      passes: Number(passes),
      lanes: lanesNumber,
      keyId: keyId === undefined ? undefined : base64nopad.decode(keyId),
      associatedData: data === undefined ? undefined : base64nopad.decode(data),
      salt: base64nopad.decode(salt),
      tag: base64nopad.decode(tag),
    }
  } catch {
    // Not canonical base64: no such hash.
    return undefined
  }
}

/** Writes an Argon2id version 0x13 hash. */
export function formatArgon2id(hash: Pick<Argon2Hash, "memoryKiB" | "passes" | "lanes" | "salt" | "tag">): string {
  const { memoryKiB, passes, lanes, salt, tag } = hash
  const parameters = `m=${memoryKiB},t=${passes},p=${lanes}`
  return `$argon2id$v=19$${parameters}$${base64nopad.encode(salt)}$${base64nopad.encode(tag)}`
}
