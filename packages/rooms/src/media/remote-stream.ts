import type { RemoteStream } from "./call-events.ts"
import type { PathPerson } from "./call-path.ts"
import type { Received } from "./peer-link.ts"

export function remoteStream({ states }: PathPerson, { source, track, stream }: Received): RemoteStream {
  return { source, track, stream, isMuted: states[source] === "muted" }
}
