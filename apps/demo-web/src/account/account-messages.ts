import * as z from "zod/mini"
import { binary } from "../http/binary-field.ts"

// The shapes of the server's answers about accounts: docs/formats/http.md.

/** Pinned by this client, never taken from the server. */
export const suite = 1

const stored = { accountId: z.string(), wrap: binary, keyring: binary, state: binary }

export const registerStarted = z.object({ suite: z.number(), response: binary })
export const loginStarted = z.object({ suite: z.number(), loginId: z.string(), ke2: binary })
export const loggedIn = z.object({ ...stored, token: z.optional(z.string()) })
export const account = z.object(stored)
export const session = z.object({ accountId: z.string() })
