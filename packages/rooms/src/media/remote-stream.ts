import type { RemoteStream } from "./call-events.ts"
import type { MeshPerson } from "./mesh.ts"
import type { Received } from "./peer-link.ts"

export function remoteStream({ states }: MeshPerson, { source, track, stream }: Received): RemoteStream {
  return { source, track, stream, isMuted: states[source] === "muted" }
}
