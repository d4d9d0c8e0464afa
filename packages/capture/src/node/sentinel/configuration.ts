import { isDarkslideError, parseRecipient } from "@darkslide/crypto"
import { readFile } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import * as z from "zod"
import type { MotionZone } from "../../motion/zones.ts"
import type { VideoSource } from "../video-source.ts"
import { SentinelError } from "./sentinel-error.ts"

const seconds = z.number().min(0).max(600)
const path = z.string().min(1)
const ageRecipient = z.string().refine(isRecipient, "must be an age recipient (age1...)")
const share = z.number().min(0).max(1)
const sensitivity = z.number().min(1).max(10)
const pixels = z.int().positive().optional()

const source = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("v4l2"), device: path, width: pixels, height: pixels }),
  z.strictObject({ kind: z.literal("rtsp"), url: z.url() }),
  z.strictObject({ kind: z.literal("mjpeg"), url: z.url() }),
  z.strictObject({ kind: z.literal("file"), path, paced: z.boolean().optional(), loop: z.boolean().optional() }),
  z.strictObject({ kind: z.literal("test"), paced: z.boolean().optional(), seconds: z.number().positive().optional() }),
])

const zone = z.strictObject({
  name: z.string(),
  rule: z.enum(["watch", "ignore"]),
  polygon: z.array(z.tuple([share, share])).min(3),
  sensitivity: sensitivity.optional(),
})

/** What a configuration file says, with the defaults in place. */
export interface SentinelConfiguration {
  readonly source: VideoSource
  readonly account: {
    /** Of the owner's account. */
    readonly id: string
    readonly owner: string
    /** More readers than the owner. */
    readonly recipients: readonly string[]
  }
  readonly server: {
    readonly url: string
    /** `darkslide`: a demo-server. `tus`: any tus 1.0 server; it gets age files. */
    readonly kind: "darkslide" | "tus"
    /** Sent as `Authorization: Bearer` to a tus server. */
    readonly token?: string | undefined
  }
  /** Holds the device's key and the queue; one sentinel at a time. */
  readonly folder: string
  readonly motion: {
    readonly enabled: boolean
    readonly sensitivity: number
    readonly zones: readonly MotionZone[]
    /** No other capture for that long after one. */
    readonly quietSeconds: number
  }
  readonly clip: { readonly beforeSeconds: number; readonly afterSeconds: number }
  readonly queue: { readonly maxBytes: number }
  /** A unix socket on which other programs ask for a capture. */
  readonly triggers?: { readonly socket: string } | undefined
}

const schema: z.ZodType<SentinelConfiguration> = z.strictObject({
  source,
  account: z.strictObject({
    id: z.string().regex(/^[a-z2-7]{26}$/, "must be an account id"),
    owner: ageRecipient,
    recipients: z.array(ageRecipient).max(16).default([]),
  }),
  server: z.strictObject({
    url: z.url(),
    kind: z.enum(["darkslide", "tus"]).default("darkslide"),
    token: z.string().min(1).optional(),
  }),
  folder: path,
  motion: z
    .strictObject({
      enabled: z.boolean().default(true),
      sensitivity: sensitivity.default(6),
      zones: z.array(zone).default([]),
      quietSeconds: seconds.default(30),
    })
    .prefault({}),
  clip: z.strictObject({ beforeSeconds: seconds.default(3), afterSeconds: seconds.default(7) }).prefault({}),
  queue: z
    .strictObject({
      maxBytes: z
        .number()
        .positive()
        .default(1 << 30),
    })
    .prefault({}),
  triggers: z.strictObject({ socket: path }).optional(),
})

/**
 * Reads a configuration file. Paths in it are relative to it.
 * @throws SentinelError that names the file, and the key that does not fit
 */
export async function readConfiguration(file: string): Promise<SentinelConfiguration> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, "utf8"))
  } catch (cause) {
    const what = cause instanceof SyntaxError ? "it is not JSON" : "it cannot be opened"
    throw new SentinelError("configuration", `Cannot read ${file}: ${what}`, { cause })
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${keyOf(issue)}: ${issue.message}`)
    throw new SentinelError("configuration", `Cannot read ${file}: ${issues.join("; ")}`, { cause: parsed.error })
  }
  const base = dirname(resolve(file))
  const { folder, triggers, ...rest } = parsed.data
  return {
    ...rest,
    source: rest.source.kind === "file" ? { ...rest.source, path: resolve(base, rest.source.path) } : rest.source,
    folder: resolve(base, folder),
    ...(triggers && { triggers: { socket: resolve(base, triggers.socket) } }),
  }
}

function isRecipient(text: string): boolean {
  try {
    parseRecipient(text)
    return true
  } catch (error) {
    if (isDarkslideError(error)) return false
    throw error
  }
}

function keyOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".")
  if (issue.code !== "unrecognized_keys") return path === "" ? "the file" : path
  return [...issue.keys].map((key) => (path === "" ? key : `${path}.${key}`)).join(", ")
}
