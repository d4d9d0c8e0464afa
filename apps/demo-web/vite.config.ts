import { fileURLToPath } from "node:url"
import { build, defaultClientConditions, defineConfig, type Plugin } from "vite"

const resolve = { conditions: ["@darkslide/source", ...defaultClientConditions] }

/**
 * The service worker, as one classic script of a fixed name beside the start page: its place is its scope, its name is how
 * browsers find its next version, and not all of them run modules there.
 */
const serviceWorker: Plugin = {
  name: "service-worker",
  apply: "build",
  async closeBundle() {
    await build({
      configFile: false,
      root: import.meta.dirname,
      publicDir: false,
      logLevel: "warn",
      resolve,
      build: {
        target: "es2023",
        emptyOutDir: false,
        lib: {
          entry: fileURLToPath(new URL("src/service-worker/main.ts", import.meta.url)),
          formats: ["iife"],
          name: "darkslideServiceWorker",
          fileName: () => "service-worker.js",
        },
      },
    })
  },
}

export default defineConfig({
  resolve,
  plugins: [serviceWorker],
  worker: { format: "es" },
  build: {
    target: "es2023",
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
    // The page's policy allows neither data: addresses nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // In development the API is the demo server's.
  server: { proxy: { "/v1": `http://127.0.0.1:${process.env["DARKSLIDE_PORT"] ?? "8787"}` } },
})
