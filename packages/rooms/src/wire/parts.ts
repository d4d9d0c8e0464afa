import * as z from "zod/mini"
import { roomIdPattern } from "../keys/room-id.ts"

/**
 * A longer frame is refused unread, and its connection closed: 1 MiB from members (the welcome into a group of hundreds is
 * that long), 64 KiB from those who are not in a room. Give it to the WebSocket server as its limit.
 */
export const maxFrameBytes: number = 1 << 20
export const maxDoorFrameBytes = 65_536
/** A body in base64url: what fits into a frame beside the rest. */
const maxBodyCharacters = 1_000_000
/** Knocks come from strangers: they get less. */
const maxKnockCharacters = 8192

const base64Url = /^[A-Za-z0-9_-]*$/u
export const body: z.ZodMiniType<string> = z.string().check(z.regex(base64Url), z.maxLength(maxBodyCharacters))
export const knockBody: z.ZodMiniType<string> = z.string().check(z.regex(base64Url), z.maxLength(maxKnockCharacters))
/** A connection's number in its room. */
export const number: z.ZodMiniType<number> = z.int().check(z.minimum(1), z.maximum(0xffffffff))
export const sequence: z.ZodMiniType<number> = z.int().check(z.nonnegative())
export const roomId: z.ZodMiniType<string> = z.string().check(z.regex(roomIdPattern))
/** Made by the client, unique in its room: what is posted twice under one id is kept once. */
export const messageId: z.ZodMiniType<string> = z.string().check(z.regex(/^[A-Za-z0-9_-]{16,43}$/u))
export const slot: z.ZodMiniType<string> = z.string().check(z.regex(/^[A-Za-z0-9_:-]{1,64}$/u))
export const alias: z.ZodMiniType<string> = z.string().check(z.regex(/^[0-9]{4,9}$/u))
export const key: z.ZodMiniType<string> = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/u))
export const signature: z.ZodMiniType<string> = z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/u))
/** Signed documents in base64url; the sealed secret is an age file. */
export const headParts: Readonly<Record<"head" | "grant" | "sealed", z.ZodMiniType<string>>> = {
  head: body,
  grant: body,
  sealed: body,
}
