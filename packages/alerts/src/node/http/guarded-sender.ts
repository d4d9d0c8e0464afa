import { lookup as systemLookup, type LookupAddress, type LookupOptions } from "node:dns"
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from "node:http"
import { Agent as HttpsAgent, request as requestHttps } from "node:https"
import { isIP, type BlockList } from "node:net"
import { AlertsError } from "../../errors.ts"
import { isPublicAddress, toBlockList } from "./public-address.ts"

export interface GuardOptions {
  /**
   * Addresses of your own network that receivers may have all the same, such as `192.168.1.20` or `10.0.0.0/8`; only
   * these may be reached without TLS. Default: none.
   */
  readonly allow?: readonly string[] | undefined
  /** Certificates (PEM) that are trusted beside the system's. */
  readonly ca?: string | undefined
  /** How names are resolved. Default: the system's way. */
  readonly lookup?: Lookup | undefined
}

export type Lookup = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export interface HttpRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

export type HttpSender = (request: HttpRequest) => Promise<HttpAnswer>

/** Whatever the resolver says, that is what these names mean (RFC 6761 section 6.3). */
const loopback = "127.0.0.1"
const maxAnswerBytes = 16_384
const answerEndsWithinMs = 5000

/**
 * Posts to receivers that somebody else chose. A name is resolved once, by the connection itself, and refused when any of
 * its addresses is not of the public internet: what was checked is what is connected to, whatever the name says a moment
 * later. Redirects are not followed; of an answer only the status counts, and no more than 16 KiB of it are read.
 * @throws from the sender: AlertsError with `ALERTS_ADDRESS_REFUSED`, `ALERTS_UNREACHABLE` or `ALERTS_FAILED`; the signal's
 * reason when it aborts.
 */
export function createGuardedSender({ allow = [], ca, lookup = systemLookup }: GuardOptions = {}): HttpSender {
  const allowed = toBlockList(allow)
  const agents = {
    http: new HttpAgent({ keepAlive: true, maxSockets: 64 }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: 64, ...(ca === undefined ? {} : { ca }) }),
  }
  const guardedLookup =
    (isPlain: boolean) =>
    (
      hostname: string,
      options: LookupOptions,
      callback: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
    ): void =>
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        const [first] = addresses ?? []
        if (error !== null || first === undefined) return callback(error ?? refusal(), [])
        if (!addresses.every(({ address }) => mayReach(address, allowed, isPlain))) return callback(refusal(), [])
        return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family)
      })
  return async ({ url, headers, body, signal }) => {
    signal.throwIfAborted()
    const target = parseTarget(url)
    const isPlain = target.protocol === "http:"
    const host = target.hostname.replace(/^\[|\]$/gu, "")
    // The connection asks its lookup only about names.
    const literal = /(?:^|\.)localhost\.?$/iu.test(host) ? loopback : host
    if (isIP(literal) !== 0 && !mayReach(literal, allowed, isPlain)) throw refusal()
    const answered = Promise.withResolvers<IncomingMessage>()
    const options = {
      method: "POST",
      headers: { ...headers, "content-length": String(body.length), "user-agent": "darkslide-alerts" },
      lookup: guardedLookup(isPlain),
      signal,
    }
    const request = isPlain
      ? requestHttp(target, { ...options, agent: agents.http })
      : requestHttps(target, { ...options, agent: agents.https })
    request.on("response", answered.resolve)
    request.on("error", answered.reject)
    request.end(body)
    try {
      const answer = await answered.promise
      await drain(answer)
      return { status: answer.statusCode ?? 0, headers: answer.headers }
    } catch (error) {
      signal.throwIfAborted()
      throw toFailure(error)
    }
  }
}

/** @throws AlertsError with `ALERTS_ADDRESS_REFUSED`: no http or https URL, or one with a password in it. */
export function parseTarget(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (target === undefined || !/^https?:$/u.test(target.protocol) || target.username !== "" || target.password !== "")
    throw new AlertsError("ALERTS_ADDRESS_REFUSED", "Cannot send: not an http or https URL without a password in it")
  return target
}

function mayReach(address: string, allowed: BlockList, isPlain: boolean): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4"
  return allowed.check(address, family) || (!isPlain && isPublicAddress(address))
}

/** Reads the answer to its end, so that the connection can be used again; an endless or huge one is cut. */
async function drain(answer: IncomingMessage): Promise<void> {
  const ended = Promise.withResolvers<void>()
  let bytes = 0
  const timer = setTimeout(() => answer.destroy(), answerEndsWithinMs)
  answer.on("data", (chunk: Uint8Array) => {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) answer.destroy()
  })
  answer.on("close", ended.resolve)
  // It was cut, by us or by the receiver: the status was there before.
  answer.on("error", ended.resolve)
  await ended.promise
  clearTimeout(timer)
}

const refusal = (): AlertsError =>
  new AlertsError("ALERTS_ADDRESS_REFUSED", "Cannot send: the receiver's address is not one of the public internet")

function toFailure(error: unknown): unknown {
  if (error instanceof AlertsError || !(error instanceof Error)) return error
  const { code } = error as NodeJS.ErrnoException
  if (code?.startsWith("HPE_") === true)
    return new AlertsError("ALERTS_FAILED", "Cannot send: the answer is no HTTP", { cause: error })
  return new AlertsError("ALERTS_UNREACHABLE", "Cannot send: no connection to the receiver", { cause: error })
}
