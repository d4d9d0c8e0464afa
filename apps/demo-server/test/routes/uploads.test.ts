import { randomBytes } from "node:crypto"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { answerOf, createUpload, headUpload, patchUpload, register } from "../blind-client.ts"
import { problemCode, serverFixture } from "../server-fixture.ts"

const bytes = new Uint8Array(randomBytes(100_000))
const locationOf = (response: Response) => response.headers.get("location") ?? ""
const offsetOf = (response: Response) => [response.status, response.headers.get("upload-offset")]

describe("tus", () => {
  test("creates, takes pieces, tells the offset, and ends", async () => {
    const { send, storage } = await serverFixture()
    const { send: own } = await register(send, "ada")
    const created = await createUpload(own, bytes.length)
    expect(created.status).toBe(201)
    expect(created.headers.get("upload-expires")).not.toBeNull()
    const url = locationOf(created)
    expect(url).toMatch(/^\/v1\/uploads\/[\w-]{22}$/)
    expect(offsetOf(await headUpload(own, url))).toEqual([200, "0"])
    expect(offsetOf(await patchUpload(own, url, 0, bytes.subarray(0, 40_000)))).toEqual([204, "40000"])
    expect(offsetOf(await headUpload(own, url))).toEqual([200, "40000"])
    expect(offsetOf(await patchUpload(own, url, 40_000, bytes.subarray(40_000)))).toEqual([204, "100000"])
    const stored = await storage.blobs.read(url.split("/").at(-1) ?? "", { start: 0, end: bytes.length })
    expect(new Uint8Array(await new Response(stored).arrayBuffer())).toEqual(bytes)
  })

  test("refuses another offset, and tells neither less nor more afterwards", async () => {
    const { send } = await serverFixture()
    const { send: own } = await register(send, "ada")
    const url = locationOf(await createUpload(own, bytes.length))
    await patchUpload(own, url, 0, bytes.subarray(0, 10))
    expect(await problemCode(await patchUpload(own, url, 0, bytes))).toBe("UPLOAD_OFFSET_CONFLICT")
    expect(await problemCode(await patchUpload(own, url, 11, bytes.subarray(11)))).toBe("UPLOAD_OFFSET_CONFLICT")
    expect(offsetOf(await headUpload(own, url))).toEqual([200, "10"])
  })

  test("refuses more than was declared, with and without a length", async () => {
    const { send } = await serverFixture()
    const { send: own } = await register(send, "ada")
    const url = locationOf(await createUpload(own, 10))
    expect((await patchUpload(own, url, 0, bytes.subarray(0, 11))).status).toBe(413)
    const headers = {
      "tus-resumable": "1.0.0",
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
    }
    const body = new Blob([bytes.subarray(0, 11)]).stream()
    const init = { method: "PATCH", headers, body, duplex: "half" } as RequestInit
    expect((await own(url, init)).status).toBe(413)
    expect(Number((await headUpload(own, url)).headers.get("upload-offset"))).toBeLessThan(11)
  })

  test("keeps what arrived of a piece that broke off", async () => {
    const { send } = await serverFixture()
    const { send: own } = await register(send, "ada")
    const url = locationOf(await createUpload(own, bytes.length))
    const headers = {
      "tus-resumable": "1.0.0",
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
    }
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent === 3) controller.error(new Error("the line is cut"))
        else controller.enqueue(bytes.subarray(sent * 1000, ++sent * 1000))
      },
    })
    expect((await own(url, { method: "PATCH", headers, body, duplex: "half" } as RequestInit)).ok).toBe(false)
    const offset = Number((await headUpload(own, url)).headers.get("upload-offset"))
    expect([0, 1000, 2000, 3000]).toContain(offset)
    expect((await patchUpload(own, url, offset, bytes.subarray(offset))).status).toBe(204)
  })

  test("wants its version, and metadata that is empty", async () => {
    const { send } = await serverFixture()
    const { send: own } = await register(send, "ada")
    const plain = await own("/v1/uploads", { method: "POST", headers: { "upload-length": "10" } })
    expect([plain.headers.get("tus-version"), await problemCode(plain)]).toEqual(["1.0.0", "TUS_VERSION_UNSUPPORTED"])
    const named = { "tus-resumable": "1.0.0", "upload-length": "10", "upload-metadata": "filename Y2F0LmpwZw==" }
    expect(await problemCode(await own("/v1/uploads", { method: "POST", headers: named }))).toBe("REQUEST_INVALID")
    const empty = { ...named, "upload-metadata": "" }
    expect((await own("/v1/uploads", { method: "POST", headers: empty })).status).toBe(201)
    for (const length of ["-1", "1.5", "x", "0", "9".repeat(30)]) {
      const response = await own("/v1/uploads", {
        method: "POST",
        headers: { ...named, "upload-metadata": "", "upload-length": length },
      })
      expect(response.ok).toBe(false)
      expect(await problemCode(response)).toMatch(/^[A-Z_]+$/)
    }
    const options = await send("/v1/uploads", { method: "OPTIONS" })
    expect(options.headers.get("tus-extension")).toBe("creation,termination,expiration")
  })

  test("belongs to one account: to others it does not exist", async () => {
    const { send } = await serverFixture()
    const { send: own } = await register(send, "ada")
    const { send: other } = await register(send, "eve")
    const url = locationOf(await createUpload(own, bytes.length))
    expect((await headUpload(other, url)).status).toBe(404)
    expect(await problemCode(await patchUpload(other, url, 0, bytes))).toBe("UPLOAD_NOT_FOUND")
    const headers = { "tus-resumable": "1.0.0" }
    expect(await problemCode(await other(url, { method: "DELETE", headers }))).toBe("UPLOAD_NOT_FOUND")
    expect(offsetOf(await headUpload(own, url))).toEqual([200, "0"])
  })

  test.each(["%2e%2e%2fsecrets.json", "..%5c", "%00", "é", "a".repeat(300)])("finds no upload under %s", async (id) => {
    const { send } = await serverFixture()
    const { send: own } = await register(send, "ada")
    expect((await headUpload(own, `/v1/uploads/${id}`)).status).toBe(404)
  })

  test("gives bytes and reservation back when it is given up", async () => {
    const { send, folder } = await serverFixture({ limits: { quotaBytes: bytes.length } })
    const { send: own } = await register(send, "ada")
    const url = locationOf(await createUpload(own, bytes.length))
    await patchUpload(own, url, 0, bytes.subarray(0, 50))
    expect(await problemCode(await createUpload(own, 1))).toBe("QUOTA_EXCEEDED")
    expect((await own(url, { method: "DELETE", headers: { "tus-resumable": "1.0.0" } })).status).toBe(204)
    expect(await readdir(join(folder, "uploads"))).toEqual([])
    expect((await headUpload(own, url)).status).toBe(404)
    expect((await createUpload(own, bytes.length)).status).toBe(201)
  })

  test("ends by its time, and the sweep removes it", async () => {
    const { send, storage, folder, advance } = await serverFixture()
    const { send: own } = await register(send, "ada")
    const url = locationOf(await createUpload(own, bytes.length))
    advance(86_400_001)
    await storage.sweep()
    expect((await headUpload(own, url)).status).toBe(404)
    expect(await readdir(join(folder, "uploads"))).toEqual([])
  })
})

describe("the quota", () => {
  test("holds against twenty uploads at once", async () => {
    const { send } = await serverFixture({ limits: { quotaBytes: 5000 } })
    const { send: own } = await register(send, "ada")
    const created = await Promise.all(Array.from({ length: 20 }, () => createUpload(own, 1000)))
    expect(created.filter(({ status }) => status === 201)).toHaveLength(5)
    for (const response of created)
      if (response.status !== 201) expect(await problemCode(response)).toBe("QUOTA_EXCEEDED")
    const { usage } = await answerOf<{ usage: { bytes: number } }>(await own("/v1/account"))
    expect(usage.bytes).toBe(5000)
  })

  test("refuses at once what could never fit", async () => {
    const { send } = await serverFixture({ limits: { quotaBytes: 5000 } })
    const { send: own } = await register(send, "ada")
    expect(await problemCode(await createUpload(own, 5001))).toBe("QUOTA_EXCEEDED")
  })

  test("is each account's own, and so is the number of open uploads", async () => {
    const { send } = await serverFixture({ limits: { quotaBytes: 5000, openUploads: 2 } })
    const { send: ada } = await register(send, "ada")
    const { send: eve } = await register(send, "eve")
    for (const own of [ada, eve]) {
      expect((await createUpload(own, 1)).status).toBe(201)
      expect((await createUpload(own, 1)).status).toBe(201)
      const third = await createUpload(own, 1)
      expect([third.status, third.headers.get("retry-after")]).toEqual([429, "60"])
    }
  })
})
