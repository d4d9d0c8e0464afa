import type { Hub } from "@darkslide/rooms/server"
import type { Forwarder } from "@darkslide/rooms/werift"
import type { ForwardingConfiguration } from "../config.ts"

/** The code for it is loaded only where calls are passed on. */
export async function openForwarder(options: {
  readonly configuration: ForwardingConfiguration
  readonly hub: Hub
  readonly onError: (error: unknown) => void
}): Promise<Forwarder> {
  const { configuration, hub, onError } = options
  const { addresses, ports, connections } = configuration
  const { createForwarder } = await import("@darkslide/rooms/werift")
  return createForwarder({ hub, addresses, ports, limits: { connections }, onError })
}
