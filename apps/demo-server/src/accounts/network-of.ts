import { isIPv6 } from "node:net"

/**
 * What counts as one address for the rate limits: an IPv4 address, or the /64 of an IPv6 one, since a household has a
 * whole /64.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [plain = ""] = address.split("%")
  if (!isIPv6(plain)) return address
  const [before = "", after] = plain.split("::")
  const [head, tail] = [groupsOf(before), groupsOf(after ?? "")]
  const zeros = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => "0")
  const groups = [...head, ...zeros, ...tail].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${groups.join(":")}::/64`
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":")
}
