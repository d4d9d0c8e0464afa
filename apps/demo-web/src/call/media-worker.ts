import { serveMediaWorker } from "@darkslide/rooms/media/worker"

// The worker that seals and opens frames, under this app's own name: Trusted Types let only known scripts start.
serveMediaWorker()
