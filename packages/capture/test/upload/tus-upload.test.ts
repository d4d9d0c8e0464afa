import { createServer, type Server as HttpServer } from "node:http"
import type { AddressInfo } from "node:net"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { uploadByTus } from "@darkslide/capture"
import { FileStore } from "@tus/file-store"
import { Server } from "@tus/server"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

const bytes = new Uint8Array(300_000).map((_, i) => i * 13)
let folder: string
let http: HttpServer
let endpoint: URL

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "darkslide-tus-"))
  const tus = new Server({ path: "/uploads", datastore: new FileStore({ directory: folder }), maxSize: 1_000_000 })
  http = createServer((request, response) => void tus.handle(request, response))
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve))
  endpoint = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/uploads`)
})

afterAll(async () => {
  http.closeAllConnections()
  await new Promise((resolve) => http.close(resolve))
  await rm(folder, { recursive: true })
})

describe("uploadByTus()", () => {
  test("sends every byte in pieces and tells its progress", async () => {
    const progress: number[] = []
    const url = await uploadByTus(bytes, { endpoint, pieceBytes: 100_000, onProgress: (p) => progress.push(p.bytes) })
    expect(Buffer.compare(await stored(url), bytes)).toBe(0)
    expect(progress).toEqual([0, 100_000, 200_000, 300_000])
  })

  test("goes on from what the server has when a connection fails, before or after the server took the piece", async () => {
    for (const lost of ["request", "answer"] as const) {
      const failing = failOnce(lost)
      const url = await uploadByTus(bytes, { endpoint, pieceBytes: 100_000, fetch: failing.fetch })
      expect(Buffer.compare(await stored(url), bytes)).toBe(0)
      expect(failing.methods).toContain("HEAD")
    }
  })

  test("gives up with CAPTURE_UPLOAD_INTERRUPTED when the server stays away", async () => {
    const away = new URL("http://127.0.0.1:9/uploads")
    await expect(uploadByTus(bytes, { endpoint: away })).rejects.toMatchObject({ code: "CAPTURE_UPLOAD_INTERRUPTED" })
  })

  test("rejects for good what the server refuses, with its status", async () => {
    const large = new Uint8Array(1_000_001)
    await expect(uploadByTus(large, { endpoint })).rejects.toMatchObject({
      code: "CAPTURE_UPLOAD_REJECTED",
      status: 413,
    })
  })

  test("rejects with the signal's reason", async () => {
    const controller = new AbortController()
    const reason = new Error("enough")
    const uploading = uploadByTus(bytes, {
      endpoint,
      pieceBytes: 100_000,
      signal: controller.signal,
      onProgress: (p) => p.bytes === 100_000 && controller.abort(reason),
    })
    await expect(uploading).rejects.toBe(reason)
  })
})

/** The real fetch, which loses one PATCH: on its way there, or on its way back. */
function failOnce(lost: "request" | "answer"): { fetch: typeof fetch; methods: string[] } {
  const methods: string[] = []
  let patches = 0
  return {
    methods,
    fetch: async (input, init) => {
      methods.push(init?.method ?? "GET")
      const fails = init?.method === "PATCH" && ++patches === 2
      if (fails && lost === "request") throw new TypeError("connection lost")
      const response = await fetch(input, init)
      if (fails) throw new TypeError("connection lost")
      return response
    },
  }
}

async function stored(url: URL): Promise<Uint8Array> {
  return await readFile(join(folder, url.pathname.split("/").at(-1) ?? ""))
}
