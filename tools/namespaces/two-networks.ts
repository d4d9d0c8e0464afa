import { execFileSync, spawn, type ChildProcessByStdio } from "node:child_process"
import { randomBytes } from "node:crypto"
import type { Readable } from "node:stream"
import { onTestFinished } from "vitest"

/** What machines in there are called: long enough not to come up by chance. */
export const hostName = "darkroom-of-ada"

/** Two network namespaces on one wire, without a route to anywhere else. */
export interface TwoNetworks {
  readonly addresses: readonly [string, string]
  /** Runs a program of Node's inside one of them. */
  run(index: 0 | 1, script: string, ...args: readonly string[]): ChildProcessByStdio<null, Readable, Readable>
}

const ip = (...args: readonly string[]): void => {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] })
}

/** Whether this process may make them: root, with `ip` of iproute2. */
export function canMakeNamespaces(): boolean {
  const name = `dk${randomBytes(4).toString("hex")}`
  try {
    ip("netns", "add", name)
    ip("netns", "del", name)
    return true
  } catch {
    // Not root, no `ip`, or a container without the right.
    return false
  }
}

export function twoNetworks(): TwoNetworks {
  const id = randomBytes(3).toString("hex")
  const names = [`dk${id}a`, `dk${id}b`] as const
  const links = [`v${id}a`, `v${id}b`] as const
  const addresses = ["10.77.0.1", "10.77.0.2"] as const
  onTestFinished(() => {
    for (const name of names) ip("netns", "del", name)
  })
  for (const name of names) ip("netns", "add", name)
  ip("link", "add", links[0], "type", "veth", "peer", "name", links[1])
  names.forEach((name, i) => {
    ip("link", "set", links[i] ?? "", "netns", name)
    ip("-n", name, "addr", "add", `${addresses[i]}/24`, "dev", links[i] ?? "")
    ip("-n", name, "link", "set", links[i] ?? "", "up")
    ip("-n", name, "link", "set", "lo", "up")
  })
  return {
    addresses,
    run(index, script, ...args) {
      const node = [process.execPath, "--conditions=@darkslide/source", script, ...args]
      const named = ["unshare", "--uts", "sh", "-c", `hostname ${hostName}; exec "$@"`, "sh", ...node]
      const child = spawn("ip", ["netns", "exec", names[index], ...named], { stdio: ["ignore", "pipe", "pipe"] })
      onTestFinished(() => void child.kill("SIGKILL"))
      return child
    },
  }
}
