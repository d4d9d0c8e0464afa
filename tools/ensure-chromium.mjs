// Finds a Chromium for the browser tests, or installs one: `node tools/ensure-chromium.mjs` prints its path.
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright"

const windows = process.platform === "win32"
const mac = process.platform === "darwin"

const named = () =>
  [process.env.CHROMIUM_PATH, process.env.CHROME_PATH].filter((path) => path !== undefined && path !== "")

function installed() {
  if (mac) {
    return ["Google Chrome", "Chromium", "Microsoft Edge"].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    )
  }
  if (windows) {
    const folders = [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA]
    return folders.flatMap((folder) =>
      folder === undefined
        ? []
        : [join(folder, "Google/Chrome/Application/chrome.exe"), join(folder, "Microsoft/Edge/Application/msedge.exe")],
    )
  }
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
  return (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
}

/** On Ubuntu the packaged `chromium-browser` only tells people to install a snap, which tests cannot drive. */
function isSnapStub(path) {
  return (
    path.endsWith("chromium-browser") && readFileSync(path).subarray(0, 2).toString() === "#!" && isRelease("ubuntu")
  )
}

function isRelease(id) {
  return existsSync("/etc/os-release") && new RegExp(`^ID=${id}$`, "m").test(readFileSync("/etc/os-release", "utf8"))
}

/** The path of a browser: the one that CHROMIUM_PATH or CHROME_PATH names, Playwright's own, the system's. */
export function findChromium() {
  return [...named(), chromium.executablePath(), ...installed()].find((path) => existsSync(path) && !isSnapStub(path))
}

function run(command, args) {
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  spawnSync(command, args, { stdio: ["ignore", 2, 2], env: environment, shell: windows })
}

/**
 * As `findChromium()`, after installing one where there is none: Debian's package for root on Debian, else Playwright's
 * download.
 * @throws Error with what to do, when neither leads to a browser.
 */
export function ensureChromium() {
  const root = process.getuid?.() === 0
  const ways = [
    () => {},
    () => {
      if (!root || !isRelease("debian")) return
      run("apt-get", ["update", "-qq"])
      run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"])
    },
    () => run("pnpm", ["exec", "playwright", "install", ...(root && !mac ? ["--with-deps"] : []), "chromium"]),
  ]
  for (const way of ways) {
    way()
    const path = findChromium()
    if (path !== undefined) return path
  }
  throw new Error("Cannot test in a browser: no Chromium found; install Chromium or Chrome, or set CHROMIUM_PATH")
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(ensureChromium())
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
