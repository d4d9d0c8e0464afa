import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import {
  createAccount,
  createRegistrationRequest,
  finalizeRegistration,
  fromBase64Url,
  generateSigningSeed,
  signerFromSeed,
  toBase64Url,
} from "@darkslide/crypto"

/** The demo server as a program, with one account on it: the soak speaks to it over HTTP, as strangers do. */
export interface DemoProcess extends AsyncDisposable {
  readonly origin: string
  readonly accountId: string
  readonly recipient: string
  /** base64url of the device's signing seed. */
  readonly seed: string
  readonly token: string
  /** Ids of the captures that stand. */
  captures(): Promise<readonly string[]>
}

const main = fileURLToPath(new URL("../../../apps/demo-server/src/main.ts", import.meta.url))

export async function startDemo(folder: string): Promise<DemoProcess> {
  const limits = { DARKSLIDE_OPEN_UPLOADS: "10000", DARKSLIDE_REGISTRATIONS_PER_ADDRESS: "1000" }
  const child = spawn(process.execPath, ["--conditions=@darkslide/source", main], {
    env: { ...process.env, ...limits, DARKSLIDE_DATA: folder, DARKSLIDE_PORT: "0", DARKSLIDE_LOG: "error" },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const origin = await addressIn(createInterface({ input: child.stdout }))
  child.stdout.resume()
  const account = await register(origin)
  const headers = { authorization: `Bearer ${account.token}` }
  return {
    origin,
    ...account,
    async captures() {
      const ids: string[] = []
      for (let cursor: string | null = ""; cursor !== null;) {
        const query: string = cursor === "" ? "" : `?cursor=${cursor}`
        const response = await fetch(`${origin}/v1/captures${query}`, { headers })
        const page = (await response.json()) as { captures: { captureId: string }[]; next: string | null }
        ids.push(...page.captures.map(({ captureId }) => captureId))
        cursor = page.next
      }
      return ids
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit")
      child.kill("SIGTERM")
      await ended
    },
  }
}

async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const origin = /^Darkslide is at (http:\S+)$/.exec(line)?.[1]
    if (origin !== undefined) return origin
  }
  throw new Error("The demo server did not start")
}

async function register(origin: string): Promise<Pick<DemoProcess, "accountId" | "recipient" | "seed" | "token">> {
  const post = async <Answer>(path: string, body: unknown): Promise<Answer> => {
    const headers = { "content-type": "application/json" }
    const response = await fetch(`${origin}${path}`, { method: "POST", headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`Cannot register: ${response.status} ${await response.text()}`)
    return (await response.json()) as Answer
  }
  const common = { handle: "soak", suite: 1 }
  const { request, state } = createRegistrationRequest("correct horse battery")
  const started = await post<{ response: string }>("/v1/register/start", { ...common, request: toBase64Url(request) })
  // Argon2id has its own tests: here a login should cost nothing.
  const stretch = async (input: Uint8Array) => new Uint8Array(await crypto.subtle.digest("SHA-512", input.slice()))
  const done = await finalizeRegistration(state, fromBase64Url(started.response), { stretch })
  const seed = generateSigningSeed()
  const device = { publicKey: signerFromSeed(seed).publicKey, scope: "full", name: "soak" } as const
  const { accountId, recipient, stored } = await createAccount({ ...done, device, at: 1 })
  const { token } = await post<{ token: string }>("/v1/register/finish", {
    ...common,
    record: toBase64Url(done.record),
    accountId,
    wrap: toBase64Url(stored.wrap),
    keyring: toBase64Url(stored.keyring),
    state: toBase64Url(stored.state),
    session: "bearer",
  })
  return { accountId, recipient: String(recipient), seed: toBase64Url(seed), token }
}
