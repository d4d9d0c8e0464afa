import { readFile } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import * as z from "zod/mini"
import type { MotionZone } from "../../motion/zones.ts"
import type { VideoSource } from "../video-source.ts"
import { SentinelError } from "./sentinel-error.ts"

const positive = z.number().check(z.positive())
const seconds = z.number().check(z.minimum(0), z.maximum(600))
const path = z.string().check(z.minLength(1))
const ageRecipient = z.string().check(z.regex(/^age1[a-z0-9]+$/, "must be an age recipient (age1...)"))
const corner = z.tuple([z.number().check(z.minimum(0), z.maximum(1)), z.number().check(z.minimum(0), z.maximum(1))])

const source = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("v4l2"),
    device: path,
    width: z.optional(z.int().check(z.positive())),
    height: z.optional(z.int().check(z.positive())),
  }),
  z.strictObject({ kind: z.literal("rtsp"), url: z.url() }),
  z.strictObject({ kind: z.literal("mjpeg"), url: z.url() }),
  z.strictObject({ kind: z.literal("file"), path, paced: z.optional(z.boolean()), loop: z.optional(z.boolean()) }),
  z.strictObject({ kind: z.literal("test"), paced: z.optional(z.boolean()), seconds: z.optional(positive) }),
])

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

const schema: z.ZodMiniType<SentinelConfiguration> = z.strictObject({
  source,
  account: z.strictObject({
    id: z.string().check(z.regex(/^[a-z2-7]{26}$/, "must be an account id")),
    owner: ageRecipient,
    recipients: z._default(z.array(ageRecipient).check(z.maxLength(16)), []),
  }),
  server: z.strictObject({
    url: z.url(),
    kind: z._default(z.enum(["darkslide", "tus"]), "darkslide"),
    token: z.optional(z.string().check(z.minLength(1))),
  }),
  folder: path,
  motion: z._default(
    z.strictObject({
      enabled: z._default(z.boolean(), true),
      sensitivity: z._default(z.number().check(z.minimum(1), z.maximum(10)), 6),
      zones: z._default(
        z.array(
          z.strictObject({
            name: z.string(),
            rule: z.enum(["watch", "ignore"]),
            polygon: z.array(corner).check(z.minLength(3)),
            sensitivity: z.optional(z.number().check(z.minimum(1), z.maximum(10))),
          }),
        ),
        [],
      ),
      quietSeconds: z._default(seconds, 30),
    }),
    { enabled: true, sensitivity: 6, zones: [], quietSeconds: 30 },
  ),
  clip: z._default(z.strictObject({ beforeSeconds: z._default(seconds, 3), afterSeconds: z._default(seconds, 7) }), {
    beforeSeconds: 3,
    afterSeconds: 7,
  }),
  queue: z._default(z.strictObject({ maxBytes: z._default(positive, 1 << 30) }), { maxBytes: 1 << 30 }),
  triggers: z.optional(z.strictObject({ socket: path })),
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

function keyOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".")
  if (issue.code !== "unrecognized_keys") return path === "" ? "the file" : path
  return [...issue.keys].map((key) => (path === "" ? key : `${path}.${key}`)).join(", ")
}
