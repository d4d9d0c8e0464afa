import * as capture from "@darkslide/capture"
import "@darkslide/capture/element"

/** The whole package, within reach of a test that drives the page. */
declare global {
  interface Window {
    capture: typeof capture
  }
}

window.capture = capture
