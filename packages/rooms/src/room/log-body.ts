import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
import { domains } from "../domains.ts"
import { RoomsError } from "../errors.ts"
import { encodeFields } from "../fields.ts"
import { openBox, sealBox } from "../keys/secret-box.ts"
import { key, number } from "../wire/parts.ts"
import { decodeJson, encodeJson, wireBytes } from "./json-message.ts"

// docs/formats/rooms.md, "Bodies": one byte says what follows.
const lobbyTag = 1
const groupTag = 2

const provenGrant = z.strictObject({ grant: wireBytes, issuer: wireBytes })

const keyPackage = z.strictObject({ k: z.literal("package"), keyPackage: wireBytes })
const commit = z.strictObject({
  k: z.literal("commit"),
  commit: wireBytes,
  welcome: z.optional(wireBytes),
  /** Leaf keys of those it adds: for them is the welcome, and the rest. */
  adds: z.array(key),
  /** Which connection is whose: leaf index and number. */
  numbers: z.optional(z.array(z.tuple([z.int(), number]))),
  /** Grants since the members' credentials. */
  roles: z.optional(z.array(provenGrant)),
})

const schema = z.discriminatedUnion("k", [keyPackage, commit])

/** What is said under the lobby key: by and for those at the door, and to keep the hub from meddling. */
export type LobbyMessage = z.infer<typeof schema>
export type LobbyCommit = z.infer<typeof commit>

/** The wire form of a message, with bytes in base64url. */
export type WireForm<Value> = Value extends Uint8Array
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly WireForm<Item>[]
    : Value extends object
      ? { readonly [Name in keyof Value]: WireForm<Value[Name]> }
      : Value

/** A body of the log, seen from outside. */
export type LogBody =
  | { readonly kind: "lobby"; readonly box: Uint8Array }
  | { readonly kind: "group"; readonly sealed: Uint8Array }

export function encodeGroupBody(sealed: Uint8Array): string {
  return toBase64Url(Uint8Array.of(groupTag, ...sealed))
}

export function encodeLobbyBody(message: WireForm<LobbyMessage>, lobbyKey: Uint8Array, roomId: string): string {
  const box = sealBox(lobbyKey, encodeJson(message), encodeFields(domains.lobbyKey, roomId))
  return toBase64Url(Uint8Array.of(lobbyTag, ...box))
}

/** @throws RoomsError `ROOMS_MALFORMED` */
export function readLogBody(body: string): LogBody {
  const bytes = decodeBody(body)
  if (bytes[0] === lobbyTag) return { kind: "lobby", box: bytes.subarray(1) }
  if (bytes[0] === groupTag) return { kind: "group", sealed: bytes.subarray(1) }
  throw new RoomsError("ROOMS_MALFORMED", "Cannot read body: of no known kind")
}

/** @param lobbyKeys - The present one and the one before. @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED` */
export function openLobbyBox(box: Uint8Array, lobbyKeys: readonly Uint8Array[], roomId: string): LobbyMessage {
  return decodeJson(openWithAny(box, lobbyKeys, encodeFields(domains.lobbyKey, roomId)), schema, "lobby message")
}

function openWithAny(box: Uint8Array, keys: readonly Uint8Array[], additionalData: Uint8Array): Uint8Array {
  let failure: unknown
  for (const key of keys) {
    try {
      return openBox(key, box, additionalData)
    } catch (error) {
      // The last failure is thrown once no key is left.
      failure = error
    }
  }
  throw failure
}

function decodeBody(body: string): Uint8Array {
  try {
    return fromBase64Url(body)
  } catch (cause) {
    throw new RoomsError("ROOMS_MALFORMED", "Cannot read body: not canonical base64url", { cause })
  }
}
