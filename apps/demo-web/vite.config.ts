import { defaultClientConditions, defineConfig } from "vite"

export default defineConfig({
  resolve: { conditions: ["@darkslide/source", ...defaultClientConditions] },
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
