// Installs the packed tarballs into a fresh folder and uses them there: as plain ESM in Node, as types, and in an app
// that Vite builds and Chromium runs.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { chromium } from "playwright"
import { build, preview } from "vite"
import { ensureChromium } from "../ensure-chromium.mjs"
import { packAll, type Tarball } from "./pack.ts"
import { root } from "./packages.ts"
import { run } from "./run.ts"

/** Optional peers that an entry of ours is an adapter of: who imports it has them. */
function adaptedPeers(): Readonly<Record<string, string>> {
  const manifest = readFileSync(join(root, "packages/rooms/package.json"), "utf8")
  const { peerDependencies } = JSON.parse(manifest) as { peerDependencies: { werift: string } }
  return { werift: peerDependencies.werift }
}

/** A stranger's project: no workspace, no source condition, only what npm would give. */
function installConsumer(folder: string, tarballs: readonly Tarball[]): void {
  mkdirSync(folder)
  const dependencies = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]))
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module", dependencies, devDependencies: adaptedPeers() }),
  )
  for (const smoke of ["node-esm", "types", "vite"])
    cpSync(join(root, "smoke", smoke), join(folder, smoke), { recursive: true })
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], folder)
}

async function runInChromium(app: string): Promise<void> {
  await build({ root: app, configFile: false, logLevel: "warn", build: { target: "es2023" } })
  await using cleanup = new AsyncDisposableStack()
  const server = cleanup.adopt(await preview({ root: app, configFile: false, preview: { port: 0 } }), (started) =>
    started.close(),
  )
  const browser = cleanup.adopt(await chromium.launch({ executablePath: ensureChromium() }), (started) =>
    started.close(),
  )
  const page = await browser.newPage()
  await page.goto(server.resolvedUrls?.local[0] ?? "")
  await page.waitForFunction(() => document.title !== "running")
  const title = await page.title()
  if (title !== "passed") throw new Error(`Cannot use the tarballs under Vite: ${title}`)
  console.log("smoke vite: built, sealed and opened in Chromium")
}

const { folder, tarballs } = packAll()
try {
  const consumer = join(folder, "consumer")
  installConsumer(consumer, tarballs)
  run(process.execPath, ["node-esm/main.mjs"], consumer)
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "types"], consumer)
  console.log("smoke types: checked with skipLibCheck off")
  await runInChromium(join(consumer, "vite"))
} finally {
  rmSync(folder, { recursive: true })
}
