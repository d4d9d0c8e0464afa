import { fileURLToPath } from "node:url"
import { build, type Rolldown } from "vite"

export type SiteFiles = ReadonlyMap<string, { readonly type: string; readonly body: string }>

const root = fileURLToPath(new URL("../..", import.meta.url))

/** The page of the stories, with its service worker, built from source. */
export async function bundlePage(): Promise<SiteFiles> {
  const script = async (file: string) => ({ type: "text/javascript", body: await bundle(file) })
  return new Map([
    [
      "/",
      { type: "text/html", body: `<!doctype html><title>queue</title><script type="module" src="/page.js"></script>` },
    ],
    ["/page.js", await script("queue-page.ts")],
    ["/sw.js", await script("queue-worker.ts")],
  ])
}

async function bundle(file: string): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: "warn",
    resolve: { conditions: ["@darkslide/source", "module", "browser", "production"] },
    build: {
      write: false,
      minify: false,
      target: "es2023",
      modulePreload: false,
      rolldownOptions: { input: fileURLToPath(new URL(file, import.meta.url)) },
    },
  })
  const [output] = (Array.isArray(result) ? result : [result]) as Rolldown.RolldownOutput[]
  const chunk = output?.output[0]
  if (chunk?.type !== "chunk") throw new Error(`Cannot bundle ${file}`)
  return chunk.code
}
