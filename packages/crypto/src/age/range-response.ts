import type { OpenedFile } from "./open-at.ts"

/**
 * Answers a request for a sealed file with its plaintext, range by range (RFC 9110 section 14): a service worker that
 * does so lets a `<video>` play and seek in what lies sealed on a server.
 * @param request - `Range` of it is read: one range of bytes. Several, or another unit, are answered with all of it, as
 * the RFC allows.
 * @param options.type - The media type, such as `video/mp4`.
 *
 * @example
 * ```ts
 * const me = generateKeyPair()
 * const file = await openAt(await seal(new Uint8Array(100), { to: [me.recipient] }), { with: [me] })
 * const answer = rangeResponse(file, new Request("https://example.org/v", { headers: { Range: "bytes=90-" } }))
 * assert.equal(answer.status, 206)
 * assert.equal(answer.headers.get("Content-Range"), "bytes 90-99/100")
 * assert.equal((await answer.arrayBuffer()).byteLength, 10)
 * ```
 */
export function rangeResponse(
  file: OpenedFile,
  request: Pick<Request, "headers" | "method">,
  options: { type?: string | undefined } = {},
): Response {
  const headers = new Headers({
    "Accept-Ranges": "bytes",
    "Content-Type": options.type ?? "application/octet-stream",
  })
  const range = readRangeHeader(request.headers.get("Range"), file.size)
  if (range === "unsatisfiable") {
    headers.set("Content-Range", `bytes */${file.size}`)
    return new Response(null, { status: 416, headers })
  }
  const { start, end } = range ?? { start: 0, end: file.size }
  headers.set("Content-Length", String(end - start))
  if (range) headers.set("Content-Range", `bytes ${start}-${end - 1}/${file.size}`)
  const body = request.method === "HEAD" ? null : file.stream({ start, end })
  return new Response(body, { status: range ? 206 : 200, headers })
}

/** Half open. `undefined`: the whole file. */
function readRangeHeader(
  header: string | null,
  size: number,
): { readonly start: number; readonly end: number } | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? []
  if (first === "" && last === "") return undefined
  if (first === "") {
    const suffix = Math.min(Number(last), size)
    return suffix === 0 ? "unsatisfiable" : { start: size - suffix, end: size }
  }
  const start = Number(first)
  const end = last === "" ? size : Math.min(Number(last) + 1, size)
  if (last !== "" && Number(last) < start) return undefined
  return start >= size ? "unsatisfiable" : { start, end }
}
