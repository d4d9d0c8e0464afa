import { encodeFields, fromBase64Url, toBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
import { domains } from "../domains.ts"
import { RoomsError } from "../errors.ts"
import { openBox, sealBox } from "../keys/secret-box.ts"
import { guestRoles, type Role } from "../membership/roles.ts"
import { decodeJson, encodeJson, wireBytes, type WireForm } from "./json-message.ts"

// docs/formats/rooms.md, "At the door". What the two say over the hub before they share a key, and in boxes afterwards.

/** What is said in clear, before there is a key and around boxes. */
export type DoorMessage =
  /** From who knocks with a code or password. */
  | { readonly k: "hello"; readonly nonce: Uint8Array }
  /** CPace: the admitter's share. */
  | { readonly k: "share"; readonly nonce: Uint8Array; readonly share: Uint8Array }
  /** The knocker's share, and proof that it used the same code: it says so first. */
  | { readonly k: "proof"; readonly share: Uint8Array; readonly tag: Uint8Array }
  | { readonly k: "proven"; readonly tag: Uint8Array }
  | { readonly k: "refused"; readonly why: "wrong" | "burned" | "slow" | "busy" }
  | { readonly k: "box"; readonly box: Uint8Array }

/** What is said in boxes. */
export type DoorSecret =
  /** The leaf document: who asks; and the guest's role that they would like, `member` unless said. */
  | { readonly k: "request"; readonly leaf: Uint8Array; readonly wish?: Role | undefined }
  /** A person is being asked. */
  | { readonly k: "asked" }
  | { readonly k: "denied" }
  | {
      readonly k: "granted"
      readonly grant: Uint8Array
      readonly issuer: Uint8Array
      /** The room's secret, for who came without: only now. */
      readonly secret?: Uint8Array | undefined
    }

const plain: z.ZodMiniType<DoorMessage> = z.discriminatedUnion("k", [
  z.strictObject({ k: z.literal("hello"), nonce: wireBytes }),
  z.strictObject({ k: z.literal("share"), nonce: wireBytes, share: wireBytes }),
  z.strictObject({ k: z.literal("proof"), share: wireBytes, tag: wireBytes }),
  z.strictObject({ k: z.literal("proven"), tag: wireBytes }),
  z.strictObject({ k: z.literal("refused"), why: z.enum(["wrong", "burned", "slow", "busy"]) }),
  z.strictObject({ k: z.literal("box"), box: wireBytes }),
])

const inside: z.ZodMiniType<DoorSecret> = z.discriminatedUnion("k", [
  z.strictObject({ k: z.literal("request"), leaf: wireBytes, wish: z.optional(z.enum(guestRoles)) }),
  z.strictObject({ k: z.literal("asked") }),
  z.strictObject({ k: z.literal("denied") }),
  z.strictObject({ k: z.literal("granted"), grant: wireBytes, issuer: wireBytes, secret: z.optional(wireBytes) }),
])

export function encodeDoorMessage(message: WireForm<DoorMessage>): string {
  return toBase64Url(encodeJson(message))
}

/** @throws RoomsError `ROOMS_MALFORMED` */
export function decodeDoorMessage(body: string): DoorMessage {
  let bytes: Uint8Array
  try {
    bytes = fromBase64Url(body)
  } catch (cause) {
    throw new RoomsError("ROOMS_MALFORMED", "Cannot read door message: not canonical base64url", { cause })
  }
  return decodeJson(bytes, plain, "door message")
}

/** Who talks, over which connection of the knocker's. */
export interface DoorChannel {
  readonly key: Uint8Array
  readonly roomId: string
  /** The key of the knocker's connection, base64url: no word of another knock is taken for one of this. */
  readonly knocker: string
}

type Side = "knocker" | "admitter"

/** A word of one side, ready to be told. */
export function sealDoor(channel: DoorChannel, from: Side, secret: WireForm<DoorSecret>): string {
  const box = sealBox(channel.key, encodeJson(secret), additionalData(channel, from))
  return encodeDoorMessage({ k: "box", box: toBase64Url(box) })
}

/** @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED` */
export function openDoor(channel: DoorChannel, from: Side, box: Uint8Array): DoorSecret {
  return decodeJson(openBox(channel.key, box, additionalData(channel, from)), inside, "word at the door")
}

function additionalData({ roomId, knocker }: DoorChannel, from: Side): Uint8Array {
  return encodeFields(domains.doorKey, roomId, knocker, from)
}
