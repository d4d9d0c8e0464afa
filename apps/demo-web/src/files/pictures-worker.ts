import { canvasImages, serveImages } from "@darkslide/metadata/images"

/** Decodes and draws pictures beside the page. */
serveImages(globalThis, canvasImages())
