import * as z from "zod/mini"
import { binary } from "../http/binary-field.ts"

// The shapes of the server's answers about captures: docs/formats/http.md.

export const captureId = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/))

export const capture = z.object({
  captureId,
  header: binary,
  record: binary,
  sealing: binary,
  private: binary,
})

export const capturePage = z.object({
  captures: z.array(capture).check(z.maxLength(500)),
  next: z.nullable(z.string()),
})

export const tombstonePage = z.object({
  tombstones: z.array(z.object({ captureId, tombstone: binary })).check(z.maxLength(500)),
  next: z.nullable(z.string()),
})

export type CaptureMessage = z.infer<typeof capture>
