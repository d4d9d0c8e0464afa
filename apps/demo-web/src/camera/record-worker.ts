import { serveRecorder } from "@darkslide/capture/record/worker"

// The recorder's worker under this app's own name: Trusted Types let only known scripts start.
serveRecorder()
