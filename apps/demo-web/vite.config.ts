import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join, relative } from "node:path"
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
  // Not `closeBundle`: that runs after a build that failed, too, and its own error would hide the first.
  async writeBundle() {
    await build({
      configFile: false,
      root: import.meta.dirname,
      publicDir: false,
      logLevel: "warn",
      resolve,
      define: { builtShell: JSON.stringify(await builtShell(join(import.meta.dirname, "dist"))) },
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

/** Every file of the build but the service worker, and a hash over all of them. */
async function builtShell(folder: string): Promise<{ version: string; paths: readonly string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && entry.name !== "service-worker.js")
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
  const hash = createHash("sha256")
  for (const file of files) hash.update(relative(folder, file)).update(await readFile(file))
  const paths = files.map((file) => `/${relative(folder, file)}`).filter((path) => path !== "/index.html")
  return { version: hash.digest("hex").slice(0, 16), paths }
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
