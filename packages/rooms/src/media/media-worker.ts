import { serveMediaWorker } from "./serve-media-worker.ts"

// The worker that `joinCall` starts by itself.
serveMediaWorker()
