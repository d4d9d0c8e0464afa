import * as z from "zod/mini"
import { roomIdPattern } from "../keys/room-id.ts"

/** A longer frame is refused unread, and its connection closed. */
export const maxFrameBytes = 65_536
/** A body in base64url: what fits into a frame beside the rest. */
const maxBodyCharacters = 64_000
/** Knocks come from strangers: they get less. */
const maxKnockCharacters = 8192

const base64Url = z.string().check(z.regex(/^[A-Za-z0-9_-]*$/u))
export const body = base64Url.check(z.maxLength(maxBodyCharacters))
export const knockBody = base64Url.check(z.maxLength(maxKnockCharacters))
/** A connection's number in its room. */
export const number = z.int().check(z.minimum(1), z.maximum(0xffffffff))
export const sequence = z.int().check(z.nonnegative())
export const roomId = z.string().check(z.regex(roomIdPattern))
/** Made by the client, unique in its room: what is posted twice under one id is kept once. */
export const messageId = z.string().check(z.regex(/^[A-Za-z0-9_-]{16,43}$/u))
export const slot = z.string().check(z.regex(/^[A-Za-z0-9_:-]{1,64}$/u))
export const alias = z.string().check(z.regex(/^[0-9]{4,9}$/u))
export const key = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/u))
export const signature = z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/u))
/** Signed documents in base64url; the sealed secret is an age file. */
export const headParts = { head: body, grant: body, sealed: body }
