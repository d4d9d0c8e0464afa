import { networkInterfaces } from "node:os"

/** One of this machine's addresses on a network. */
export interface LanInterface {
  readonly address: string
  readonly netmask: string
}

/** IPv4, without the loopback. */
export function lanInterfaces(): readonly LanInterface[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address, netmask }) => ({ address, netmask }))
}

/** Whether an address is a direct neighbour of this machine: nobody else's is ever dialled. */
export function isOnLink(address: string, interfaces: readonly LanInterface[]): boolean {
  const other = numberOf(address)
  if (other === undefined) return false
  return interfaces.some((own) => {
    const [base = 0, mask = 0] = [numberOf(own.address), numberOf(own.netmask)]
    return mask !== 0 && (base & mask) === (other & mask)
  })
}

function numberOf(address: string): number | undefined {
  const parts = address.split(".").map(Number)
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined
  return parts.reduce((sum, part) => (sum << 8) | part, 0)
}
