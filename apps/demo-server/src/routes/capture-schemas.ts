import { z } from "@hono/zod-openapi"
import { binary, binaryText, id16 } from "../http/binary-field.ts"

const kib = 1024

export const captureParam = z.object({ id: id16 })

/** Sizes of the sealed parts in bytes; the whole body is limited to 2 MiB besides. */
export const commitBody = z.strictObject({
  header: binary({ min: 1, max: 64 * kib }),
  record: binary({ min: 1, max: 64 * kib }),
  sealing: binary({ min: 1, max: 64 * kib }),
  private: binary({ min: 1, max: 1024 * kib }),
  thumbnail: binary({ min: 1, max: 1024 * kib }),
  chunks: binary({ min: 1, max: 1536 * kib }),
  head: binary({ min: 1, max: 64 * kib }),
  upload: id16,
})
export const deleteBody = z.strictObject({ tombstone: binary({ min: 1, max: 64 * kib }) })

/** A position in a list, as the last page gave it. */
const cursor = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .optional()
  .openapi({ type: "string" })
const limit = z.coerce.number().int().min(1).max(100).default(50)
export const captureQuery = z.object({ cursor, limit })
export const tombstoneQuery = z.object({ cursor })

/** Of a capture, as they stand in lists. */
export const captureFields = { header: binaryText, record: binaryText, sealing: binaryText, private: binaryText }
export const captureAnswer = z
  .object({
    captureId: z.string(),
    ...captureFields,
    mediaBytes: z.number().int(),
    thumbnailBytes: z.number().int(),
    committedOn: z.string().openapi({ format: "date" }),
  })
  .openapi("Capture")
const next = z.string().nullable().openapi({ description: "The cursor of the next page; null at the end." })
export const captureList = z.object({ captures: z.array(captureAnswer), next }).openapi("Captures")
export const tombstoneList = z
  .object({ tombstones: z.array(z.object({ captureId: z.string(), tombstone: binaryText })), next })
  .openapi("Tombstones")
export const headList = z
  .object({ heads: z.array(z.object({ deviceId: z.string(), head: binaryText })) })
  .openapi("Heads")
