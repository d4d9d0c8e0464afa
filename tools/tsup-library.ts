import { readFile } from "node:fs/promises"
import { defineConfig } from "tsup"

/**
 * One output file per source file. `bundle: false` would leave `./x.ts` specifiers in the output, which Node cannot
 * load; so esbuild bundles, and this plugin keeps every relative import outside the bundle under its built name.
 */
const keepFiles = {
  name: "keep-files",
  setup(build: {
    onResolve(
      filter: { filter: RegExp },
      resolve: (args: { kind: string; path: string }) => { path: string; external: true } | undefined,
    ): void
  }): void {
    build.onResolve({ filter: /^\.\.?\/.*\.ts$/ }, (args) =>
      args.kind === "entry-point" ? undefined : { path: args.path.replace(/\.ts$/, ".js"), external: true },
    )
  },
}

interface LoadArgs {
  readonly path: string
}

/**
 * `new URL("./x.ts", import.meta.url)` names a worker, which bundlers find by that very expression. In the output it must
 * name the built file.
 */
const nameBuiltWorkers = {
  name: "name-built-workers",
  setup(build: {
    onLoad(
      filter: { filter: RegExp },
      load: (args: LoadArgs) => Promise<{ contents: string; loader: "ts" } | undefined>,
    ): void
  }): void {
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8")
      const contents = source.replace(/(new URL\("\.[^"]*)\.ts(", import\.meta\.url\))/g, "$1.js$2")
      return contents === source ? undefined : { contents, loader: "ts" }
    })
  },
}

export const library = (options: { platform?: "neutral" | "node" } = {}) =>
  defineConfig({
    entry: ["src/**/*.ts", "!src/**/*.d.ts"],
    bundle: true,
    splitting: false,
    format: ["esm"],
    dts: false,
    sourcemap: true,
    clean: true,
    target: "es2023",
    platform: options.platform ?? "neutral",
    external: [/^node:/],
    silent: true,
    // `node:sqlite` has no name without the prefix.
    removeNodeProtocol: false,
    esbuildPlugins: [keepFiles, nameBuiltWorkers],
  })
