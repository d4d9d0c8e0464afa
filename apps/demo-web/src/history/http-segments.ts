import type { SegmentInfo, SegmentStore } from "@darkslide/metadata/history"
import * as z from "zod/mini"
import type { Api } from "../http/api.ts"
import { ServerError } from "../http/server-error.ts"

const number = z.int().check(z.positive())
const segmentList = z.object({
  segments: z.array(z.object({ number, bytes: number })).check(z.maxLength(1000)),
  next: z.nullable(number),
})

/** A sealed segment of 256 KiB, and some more: what is too long is refused when it is opened. */
const maxSegmentBytes = 260 << 10

/** The account's sealed segments on the server: docs/formats/http.md, "History". */
export function httpSegments(api: Api): SegmentStore {
  return {
    async list({ from, signal }) {
      const found: SegmentInfo[] = []
      for (let next: number | null = from; next !== null;) {
        const page: z.infer<typeof segmentList> = await api.json(segmentList, "GET", `/v1/history?from=${next}`, {
          signal,
        })
        found.push(...page.segments)
        // A server that leads in circles does not get another round.
        next = page.next !== null && page.next > next ? page.next : null
      }
      return found
    },
    async get(segment, { signal }) {
      return await api
        .bytes(`/v1/history/${segment}`, { maxBytes: maxSegmentBytes, signal })
        .catch((error: unknown) => {
          if (isRefusal(error, "SEGMENT_NOT_FOUND")) return undefined
          throw error
        })
    },
    async put(segment, bytes, { signal }) {
      try {
        await api.sendBytes("PUT", `/v1/history/${segment}`, { bytes, signal })
        return "stored"
      } catch (error) {
        if (isRefusal(error, "SEGMENT_TAKEN")) return "taken"
        throw error
      }
    },
    async removeBefore(segment, { signal }) {
      await api.send("DELETE", `/v1/history?before=${segment}`, { signal })
    },
  }
}

function isRefusal(error: unknown, code: string): boolean {
  return error instanceof ServerError && error.code === code
}
