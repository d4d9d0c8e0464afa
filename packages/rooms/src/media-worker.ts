export { serveMediaWorker } from "./media/serve-media-worker.ts"
