import { spawn } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Fetches nothing by itself, and connects on this machine alone. */
const settings: Readonly<Record<string, boolean | number | string>> = {
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.autoplay.default": 0,
  "media.gmp-manager.updateEnabled": false,
  "app.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.aboutwelcome.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "toolkit.telemetry.reportingpolicy.firstRun": false,
}

/** Debian's Firefox on a page, which nobody drives: the page does by itself what its address says. */
export async function startFirefox(address: string): Promise<AsyncDisposable> {
  const profile = await mkdtemp(join(tmpdir(), "firefox-"))
  const lines = Object.entries(settings).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  )
  await writeFile(join(profile, "user.js"), `${lines.join("\n")}\n`)
  const child = spawn("firefox-esr", ["--headless", "--no-remote", "--profile", profile, address], {
    stdio: "ignore",
    env: { ...process.env, HOME: profile, MOZ_DISABLE_AUTO_SAFE_MODE: "1" },
  })
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  return {
    async [Symbol.asyncDispose]() {
      child.kill()
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
