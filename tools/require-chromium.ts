import { findChromium } from "./ensure-chromium.mjs"

/** Vitest's global set-up of the projects that need a browser: one clear line instead of a failure in every test. */
export function setup(): void {
  if (findChromium() === undefined) {
    throw new Error("Cannot test in a browser: no Chromium found; run `node tools/ensure-chromium.mjs`")
  }
}
