import * as capture from "@darkslide/capture"

/** The whole package, within reach of a test that drives the page. */
declare global {
  interface Window {
    capture: typeof capture
  }
}

window.capture = capture
