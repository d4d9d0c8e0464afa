// The one place that knows which Node and pnpm this repository needs, and how to get them from npm when the machine has
// others. Plain JavaScript for Node 18 and later: it runs before anything is installed.
import { spawnSync } from "node:child_process"

const windows = process.platform === "win32"

/** The release lines that every tool of this repository accepts. */
export function isFittingNode(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number)
  return (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major >= 26
}

const keptNpmSettings =
  /^npm_config_(registry|cache|userconfig|globalconfig|cafile|ca|strict_ssl|proxy|https?_proxy|no_?proxy)$/i

/**
 * The environment without what an outer `npm run` leaves in it, which pnpm and a nested npm would take for their own
 * settings. Where packages come from, the caches and proxies stay.
 */
export function withoutOuterScript(environment) {
  const kept = Object.entries(environment).filter(
    ([name]) =>
      !/^npm_(config|package|lifecycle|command|execpath|node_execpath)/i.test(name) || keptNpmSettings.test(name),
  )
  return Object.fromEntries(kept)
}

function hasPnpm(environment) {
  const { status, stdout } = spawnSync("pnpm", ["--version"], { env: environment, encoding: "utf8", shell: windows })
  return status === 0 && Number.parseInt(stdout, 10) >= 12
}

/**
 * An environment whose PATH leads to a fitting Node and pnpm 12, fetched through npx where they are missing.
 * @throws Error when npm cannot provide them.
 */
export function toolchainEnvironment(environment = process.env) {
  const clean = withoutOuterScript(environment)
  const missing = [
    ...(isFittingNode(process.versions.node) ? [] : ["-p", "node@24"]),
    ...(hasPnpm(clean) ? [] : ["-p", "pnpm@12"]),
  ]
  if (missing.length === 0) return clean

  console.error(`> npx -y ${missing.join(" ")}`)
  const probe = "'' + JSON.stringify([process.version, process.env.PATH ?? process.env.Path])"
  const { status, stdout } = spawnSync("npx", ["-y", ...missing, "node", "-p", windows ? `"${probe}"` : probe], {
    env: clean,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    shell: windows,
  })
  if (status !== 0)
    throw new Error(`Cannot fetch ${missing.filter((word) => word !== "-p").join(" and ")}: npx exited with ${status}`)
  const [version, path] = JSON.parse(stdout.trim().split("\n").at(-1))
  if (!isFittingNode(version)) {
    throw new Error(`Cannot run on Node ${version}: install Node 24 (or 22.18, or 26 and later) and try again`)
  }
  const pathName = Object.keys(clean).find((name) => name.toUpperCase() === "PATH") ?? "PATH"
  return { ...clean, [pathName]: path }
}
