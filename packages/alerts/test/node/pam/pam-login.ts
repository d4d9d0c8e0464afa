import { execFile, execFileSync, spawn } from "node:child_process"
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)

/** A PAM service of its own with one user, `robin`, whose password is `right`; the host's files stay as they are. */
export interface PamLogin extends AsyncDisposable {
  readonly folder: string
  /** One try, from `host` where one is given. @returns whether it was let in, and how long that took */
  login(
    password: string,
    options?: { readonly user?: string; readonly host?: string },
  ): Promise<{ isIn: boolean; ms: number }>
}

/** @param hook - The text of the program; without one the service has none. */
export async function pamLogin(hook: string | undefined): Promise<PamLogin> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-pam-"))
  // The hook runs as root, and pam_unix reads the files below as root too.
  await chmod(folder, 0o755)
  await mkdir(join(folder, "pam.d"))
  if (hook !== undefined) await writeFile(join(folder, "hook"), hook, { mode: 0o755 })
  const telling = hook === undefined ? [] : [`auth optional pam_exec.so quiet ${join(folder, "hook")}`]
  const stack = [
    `auth [success=${telling.length + 1} default=ignore] pam_unix.so nodelay`,
    ...telling,
    "auth requisite pam_deny.so",
    "auth required pam_permit.so",
    "account required pam_permit.so",
    "",
  ]
  await writeFile(join(folder, "pam.d", "darkslide-test"), stack.join("\n"))
  const { stdout: hash } = await run("openssl", ["passwd", "-6", "right"])
  await writeFile(join(folder, "passwd"), "root:x:0:0:root:/root:/bin/sh\nrobin:x:4321:4321::/:/bin/sh\n")
  await writeFile(join(folder, "shadow"), `root:*:19000::::::\nrobin:${hash.trim()}:19000::::::\n`, { mode: 0o600 })
  const mounts = ["pam.d", "passwd", "shadow"].map((name) => `mount --bind "${join(folder, name)}" /etc/${name}`)
  return {
    folder,
    async login(password, { user = "robin", host } = {}) {
      const from = host === undefined ? "" : `-I rhost=${host}`
      const tester = `exec pamtester ${from} darkslide-test ${user} authenticate`
      const begun = performance.now()
      const child = spawn("unshare", ["--mount", "sh", "-c", [...mounts, tester].join(" && ")], {
        stdio: ["pipe", "ignore", "ignore"],
        timeout: 20_000,
      })
      child.stdin.on("error", () => undefined)
      child.stdin.end(`${password}\n`)
      const code = await new Promise<number | null>((resolve, reject) =>
        child.once("error", reject).once("close", resolve),
      )
      return { isIn: code === 0, ms: performance.now() - begun }
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Why PAM cannot be tried here; undefined where it can. */
export const pamIsMissing: string | undefined = (() => {
  if (process.getuid?.() !== 0) return "not root"
  try {
    execFileSync("unshare", ["--mount", "sh", "-c", "command -v pamtester perl"], { stdio: "ignore" })
    return undefined
  } catch {
    // No pamtester, or no mount namespaces in this container.
    return "no pamtester, or no mount namespace"
  }
})()
