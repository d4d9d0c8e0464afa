import { createSocket } from "node:dgram"
import { once } from "node:events"

/** A UDP socket in one multicast group on one interface. */
export interface MulticastSocket {
  /** Best effort, as multicast is. */
  send(bytes: Uint8Array): void
  close(): void
}

export interface MulticastOptions {
  readonly port: number
  readonly group: string
  /** This machine's address on the interface. */
  readonly address: string
  /** How many routers a datagram may pass, and one more. */
  readonly ttl: number
  readonly onMessage: (bytes: Uint8Array, from: string) => void
  readonly onError: (error: Error) => void
}

/** Rejects when the port or the group cannot be had. */
export async function openMulticast(options: MulticastOptions): Promise<MulticastSocket> {
  const { port, group, address, ttl } = options
  const socket = createSocket({ type: "udp4", reuseAddr: true })
  socket.on("message", (bytes, { address: from }) => options.onMessage(bytes, from))
  try {
    // Bound to the interface's own address, no multicast would arrive.
    socket.bind({ port, address: "0.0.0.0" })
    await once(socket, "listening")
    socket.addMembership(group, address)
    socket.setMulticastInterface(address)
    socket.setMulticastTTL(ttl)
  } catch (error) {
    socket.close()
    throw error
  }
  socket.on("error", options.onError)
  return {
    send(bytes) {
      socket.send(bytes, port, group, (error) => {
        if (error) options.onError(error)
      })
    },
    close() {
      socket.close()
    },
  }
}
