import type { Quality } from "@darkslide/rooms/media"

/** How one's own picture is sent: by a name that stands in the page. */
export type QualityName = "auto" | "sharp" | "even" | "sparing"

/** Bits a second are for each of the others: in a mesh everybody is sent a stream of their own. */
export const qualities: Readonly<Record<QualityName, Quality>> = {
  auto: {},
  sharp: { maxBitrate: 2_500_000, keep: "detail" },
  even: { maxBitrate: 800_000, maxFrameRate: 24, keep: "motion" },
  sparing: { maxBitrate: 200_000, maxFrameRate: 12, scaleDownBy: 3 },
}

/** Words on a screen want sharp edges more than many pictures. */
export const screenQuality: Quality = { maxBitrate: 2_000_000, maxFrameRate: 15, keep: "detail" }
