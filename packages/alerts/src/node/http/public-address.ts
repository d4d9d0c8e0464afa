import { BlockList, isIP, isIPv4 } from "node:net"

/** Special-purpose addresses (IANA registries, RFC 6890 and its successors) that no receiver on the internet has. */
const refused4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
]
/** Within 2000::/3: Teredo, ORCHID, documentation, 6to4 and other addresses that lead elsewhere than they say. */
const refused6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"]

const refused = toBlockList([...refused4, ...refused6])
/** All that is given out for the public internet. Outside it: loopback, mapped, NAT64, local, multicast and the rest. */
const global6 = toBlockList(["2000::/3"])

/** Whether an IP address, written in full by the URL parser or the resolver, is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !refused.check(address, "ipv4")
  return isIP(address) === 6 && global6.check(address, "ipv6") && !refused.check(address, "ipv6")
}

/** Ranges such as `192.168.1.0/24`, or single addresses. @throws RangeError */
export function toBlockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = "", prefix] = range.split("/")
    const family = isIP(address)
    const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix)
    if (family === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128))
      throw new RangeError(`Cannot allow "${range}": not an address with its prefix length`)
    list.addSubnet(address, bits, family === 4 ? "ipv4" : "ipv6")
  }
  return list
}
