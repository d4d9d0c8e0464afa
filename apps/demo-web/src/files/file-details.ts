import type { ImageMetadata, Removed } from "@darkslide/metadata"
import * as z from "zod/mini"

/** How a file came to what is kept of it: by a policy of the scrubber, or drawn anew. */
export const cleanings = ["strict", "share", "gps-only", "redrawn"] as const
export type Cleaning = (typeof cleanings)[number]

/** What is known of a file that was added, in the capture's sealed private part: docs/formats/capture.md. */
export interface FileDetails {
  readonly fileName?: string | undefined
  readonly cleaning: Cleaning
  /** All that the file said about itself before it was scrubbed. */
  readonly original: ImageMetadata
  readonly removed: readonly Removed[]
}

/** JSON of this many characters at most: the server takes private parts of 1 MiB. */
const maxLength = 256 << 10

/** Groups that can be long, the longest first; the facts drawn from them stay. */
const longGroups = ["text", "xmp", "exif", "comments", "iptc", "png", "issues"] as const

/** As plain JSON for `CaptureInput.details`. What is too long leaves whole groups out, never the file. */
export function toJsonDetails(file: FileDetails): Readonly<Record<string, unknown>> {
  const { issues, ...original } = file.original
  const shortened: Record<string, unknown> = { ...original, issues: issues.slice(0, 100) }
  for (const group of longGroups) {
    if (JSON.stringify({ ...file, original: shortened }).length <= maxLength) break
    if (group === "issues") shortened["issues"] = []
    else delete shortened[group]
  }
  const plain: unknown = JSON.parse(JSON.stringify({ ...file, original: shortened }))
  return { file: plain }
}

const isFacts = (value: unknown): boolean =>
  z
    .object({
      format: z.string(),
      mediaType: z.string(),
      orientation: z.number(),
      dates: z.looseObject({}),
      hidden: z.looseObject({}),
      issues: z.array(z.looseObject({})),
    })
    .safeParse(value).success

const detailsSchema = z.object({
  file: z.object({
    fileName: z.optional(z.string()),
    cleaning: z.enum(cleanings),
    original: z.custom<ImageMetadata>(isFacts),
    removed: z.array(
      z.object({ kind: z.custom<Removed["kind"]>(), name: z.string(), bytes: z.number(), count: z.number() }),
    ),
  }),
})

/** @returns undefined for a capture that was no file, such as a photo of the camera. */
export function fromJsonDetails(details: unknown): FileDetails | undefined {
  return detailsSchema.safeParse(details).data?.file
}
