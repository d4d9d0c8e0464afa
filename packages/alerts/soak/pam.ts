import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Soak } from "../../../tools/soak/run-soak.ts"
import { pamHook } from "../src/node/pam/pam-hook.ts"
import { readPamHook } from "../src/node/pam/read-pam-hook.ts"
import { pamIsMissing, pamLogin } from "../test/node/pam/pam-login.ts"

/** Failed logins through pamtester, with the hook and without it in turn: each is told of once, and costs little. */
export const pam: Soak = async ({ count }) => {
  if (pamIsMissing !== undefined) {
    process.stdout.write(`pam: not run, ${pamIsMissing}\n`)
    return 0
  }
  const folder = await mkdtemp(join(tmpdir(), "darkslide-pam-soak-"))
  const socket = join(folder, "alerts.sock")
  const stop = new AbortController()
  let told = 0
  const reading = (async () => {
    for await (const { user } of readPamHook(socket, stop)) if (user === "robin") told += 1
  })()
  try {
    await using plain = await pamLogin(undefined)
    await using hooked = await pamLogin(pamHook({ alerts: socket }))
    const [without, withHook]: [number[], number[]] = [[], []]
    let letIn = 0
    for (let run = 0; run < count; run += 1) {
      const tries = [await plain.login("wrong"), await hooked.login("wrong")] as const
      without.push(tries[0].ms)
      withHook.push(tries[1].ms)
      letIn += tries.filter(({ isIn }) => isIn).length
    }
    const added = median(withHook) - median(without)
    process.stdout.write(
      `a failed login: ${median(without).toFixed(1)} ms, with the hook ${added.toFixed(1)} ms more\n`,
    )
    process.stdout.write(`told ${told} of ${count}\n`)
    return Math.abs(told - count) + letIn
  } finally {
    stop.abort()
    await reading
    await rm(folder, { recursive: true, force: true })
  }
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
