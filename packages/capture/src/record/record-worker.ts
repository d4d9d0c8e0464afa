import { serveRecorder } from "./serve-recorder.ts"

// The worker that `createRecorder` starts by itself: what the page does costs no frame.
serveRecorder()
