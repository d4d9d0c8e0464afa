import type { Announcement } from "../../beacon/room-beacon.ts"
import { readFields, toFields } from "./beacon-fields.ts"

/** Where multicast DNS is filtered: JSON in datagrams, on the port that the old chat used. docs/formats/lan.md. */
export const datagramGroup = "239.77.70.20"
export const datagramPort = 37_020

export function encodeDatagram(announcement: Announcement): Uint8Array {
  return Buffer.from(JSON.stringify({ ...toFields(announcement), p: announcement.port }))
}

/** Asks who offers rooms. */
export function encodeQuestion(): Uint8Array {
  return Buffer.from(JSON.stringify({ v: "1", q: 1 }))
}

const longestDatagram = 1200

/** `undefined` for whatever else comes to that port. */
export function readDatagram(bytes: Uint8Array): Announcement | "question" | undefined {
  if (bytes.length > longestDatagram) return undefined
  try {
    const value = JSON.parse(Buffer.from(bytes).toString("utf8")) as {
      readonly p?: unknown
      readonly q?: unknown
    } | null
    if (value?.q === 1) return "question"
    return typeof value?.p === "number" ? readFields(value, value.p) : undefined
  } catch {
    // Not JSON.
    return undefined
  }
}
