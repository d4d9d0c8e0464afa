import { encodeFields, fromBase64Url, toBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
import { domains } from "../domains.ts"
import { RoomsError } from "../errors.ts"
import { openBox, sealBox } from "../keys/secret-box.ts"
import { key, number } from "../wire/parts.ts"
import type { ProvenGrant } from "../membership/grant.ts"
import { decodeJson, encodeJson, wireBytes, type WireForm } from "./json-message.ts"

// docs/formats/rooms.md, "Bodies": one byte says what follows.
const lobbyTag = 1
const groupTag = 2

/** What is said under the lobby key: by and for those at the door, and to keep the hub from meddling. */
export type LobbyMessage = { readonly k: "package"; readonly keyPackage: Uint8Array } | LobbyCommit

export interface LobbyCommit {
  readonly k: "commit"
  readonly commit: Uint8Array
  readonly welcome?: Uint8Array | undefined
  /** Leaf keys of those it adds: for them is the welcome, and the rest. */
  readonly adds: readonly string[]
  /** Which connection is whose: leaf index and number. */
  readonly numbers?: readonly (readonly [number, number])[] | undefined
  /** Grants since the members' credentials. */
  readonly roles?: readonly ProvenGrant[] | undefined
}

const schema: z.ZodMiniType<LobbyMessage> = z.discriminatedUnion("k", [
  z.strictObject({ k: z.literal("package"), keyPackage: wireBytes }),
  z.strictObject({
    k: z.literal("commit"),
    commit: wireBytes,
    welcome: z.optional(wireBytes),
    adds: z.array(key),
    numbers: z.optional(z.array(z.tuple([z.int(), number]))),
    roles: z.optional(z.array(z.strictObject({ grant: wireBytes, issuer: wireBytes }))),
  }),
])

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
