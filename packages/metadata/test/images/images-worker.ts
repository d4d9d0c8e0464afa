// A worker as an application would write it.
import { canvasImages, serveImages } from "@darkslide/metadata/images"

serveImages(globalThis, canvasImages())
