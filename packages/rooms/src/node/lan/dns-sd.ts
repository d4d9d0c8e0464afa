import { decode, encode, type Answer, type Packet, type TxtAnswer } from "dns-packet"
import type { Announcement } from "../../beacon/room-beacon.ts"
import { readFields, toFields } from "./beacon-fields.ts"

/** DNS-SD (RFC 6763) by multicast DNS (RFC 6762). */
export const mdnsGroup = "224.0.0.251"
export const mdnsPort = 5353
export const serviceType = "_darkslide._tcp.local"

/** Seconds that others may remember an answer. */
const ttl = 120

/** Random labels, new in each slot: an instance, and a host that is none. No name of this machine is in them. */
export interface ServiceNames {
  readonly instance: string
  readonly host: string
}

/** Asks who offers rooms. */
export function encodeQuery(): Uint8Array {
  return encode({ type: "query", questions: [{ type: "PTR", name: serviceType }] })
}

/** @param ttlSeconds - 0 takes it back. */
export function encodeService(
  announcement: Announcement,
  { instance, host }: ServiceNames,
  address: string,
  ttlSeconds: number = ttl,
): Uint8Array {
  const name = `${instance}.${serviceType}`
  const target = `${host}.local`
  const data = Object.entries(toFields(announcement)).map(([key, value]) => `${key}=${value}`)
  return encode({
    type: "response",
    // Authoritative answer: RFC 6762 section 18.4.
    flags: 0x400,
    answers: [{ type: "PTR", name: serviceType, ttl: ttlSeconds, data: name }],
    additionals: [
      { type: "SRV", name, ttl: ttlSeconds, data: { port: announcement.port, target, priority: 0, weight: 0 } },
      { type: "TXT", name, ttl: ttlSeconds, data },
      { type: "A", name: target, ttl: ttlSeconds, data: address },
    ],
  })
}

/** What a packet of multicast DNS says about rooms. */
export interface ReadPacket {
  readonly asks: boolean
  readonly announcements: readonly Announcement[]
}

/** Reads what anybody may have sent. */
export function readPacket(bytes: Uint8Array): ReadPacket {
  let packet: Packet
  try {
    packet = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  } catch {
    // Not DNS: nothing is said.
    return { asks: false, announcements: [] }
  }
  const { questions = [], answers = [], additionals = [] } = packet
  const asks = questions.some(({ name, type }) => type === "PTR" && name.toLowerCase() === serviceType)
  const records = [...answers, ...additionals]
  return { asks, announcements: records.flatMap((record) => announcementOf(record, records)) }
}

function announcementOf(record: Answer, records: readonly Answer[]): Announcement[] {
  if (record.type !== "SRV" || !record.name.toLowerCase().endsWith(`.${serviceType}`) || record.ttl === 0) return []
  const text = records.find((other): other is TxtAnswer => other.type === "TXT" && other.name === record.name)
  const pairs = [text?.data ?? []].flat().map((entry) => {
    const [key = "", ...value] = entry.toString().split("=")
    return [key, value.join("=")] as const
  })
  const announcement = readFields(Object.fromEntries(pairs), record.data.port)
  return announcement ? [announcement] : []
}
