import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { parseWebhookKey, verifyWebhook } from "@darkslide/alerts/webhook"
import type { SeededRandom } from "../../../tools/soak/seeded-random.ts"

export interface SoakReceiver extends AsyncDisposable {
  readonly url: string
  /** Titles of all events that it was told of. */
  readonly told: ReadonlySet<string>
  /** Deliveries that it answered with a success. */
  readonly deliveries: () => number
  /** Identifiers among them: what a receiver that honours the id acts on. */
  readonly ids: () => number
  /** Deliveries that were not signed, or said something else under a known id. */
  readonly wrong: () => number
}

interface Told {
  readonly data: { readonly items: readonly { readonly title: string }[] }
}

/** A receiver that honours the webhook's id, answers slowly, and now and then not at all. */
export async function startSoakReceiver(secret: string, random: SeededRandom): Promise<SoakReceiver> {
  const keys = [parseWebhookKey(secret)]
  const bodies = new Map<string, string>()
  const told = new Set<string>()
  let deliveries = 0
  let wrong = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const body = Buffer.concat(chunks)
      const refuses = random.next() < 0.03
      const answer = async (): Promise<void> => {
        const headers = new Headers(request.headers as Record<string, string>)
        const verified = await verifyWebhook(body, { headers, keys }).catch(() => undefined)
        if (verified === undefined) wrong += 1
        else if (!refuses) {
          deliveries += 1
          const text = body.toString()
          if ((bodies.get(verified.id) ?? text) !== text) wrong += 1
          bodies.set(verified.id, text)
          for (const { title } of (JSON.parse(text) as Told).data.items) told.add(title)
        }
        setTimeout(() => response.writeHead(refuses ? 503 : 204).end(), random.next() * 20)
      }
      void answer()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    told,
    deliveries: () => deliveries,
    ids: () => bodies.size,
    wrong: () => wrong,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
