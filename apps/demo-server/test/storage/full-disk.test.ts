import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { mkdtempSync } from "node:fs"
import { readdir, rm, rmdir, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { openStorage } from "../../src/index.ts"
import { commit, createUpload, patchUpload, register, remove, sealPhoto, upload } from "../blind-client.ts"
import type { BlindClient } from "../blind-client.ts"
import { problemCode, serverFixture } from "../server-fixture.ts"

/** A file system of 12 MiB, or why there is none. */
function smallDisk(): { readonly path: string } | { readonly missing: string } {
  const path = mkdtempSync(join(tmpdir(), "darkslide-full-"))
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", path], { stdio: "pipe" })
    return { path }
  } catch (error) {
    return { missing: `no tmpfs can be mounted: ${error instanceof Error ? error.message.split("\n")[0] : ""}` }
  }
}

const disk = smallDisk()
if ("missing" in disk) console.warn(`full-disk tests are skipped: ${disk.missing}`)

describe.skipIf("missing" in disk)("on a full disk", () => {
  const path = "path" in disk ? disk.path : ""
  afterAll(async () => {
    execFileSync("umount", ["-l", path])
    await rmdir(path)
  })

  async function saveOne(client: BlindClient) {
    const sealed = await sealPhoto(client, new Uint8Array(randomBytes(400_000)))
    expect((await commit(client.send, sealed, await upload(client.send, sealed.media))).status).toBe(201)
    return sealed
  }

  async function fill(): Promise<void> {
    for (let size = 1 << 20; size >= 1 << 12; size >>= 1) {
      for (let count = 0; ; count++) {
        const written = await writeFile(join(path, `fill-${size}-${count}`), new Uint8Array(size)).then(
          () => true,
          () => false,
        )
        if (!written) break
      }
    }
  }

  test("an upload is refused whole, deletes still work, and there is room again", async () => {
    const folder = join(path, "data")
    const { send, storage } = await serverFixture({ folder })
    const ada = await register(send, "ada")
    const saved = [await saveOne(ada), await saveOne(ada)]
    const url = (await createUpload(ada.send, 3_000_000)).headers.get("location") ?? ""
    await fill()

    const refused = await patchUpload(ada.send, url, 0, new Uint8Array(randomBytes(3_000_000)))
    expect([refused.status, await problemCode(refused)]).toEqual([507, "DISK_FULL"])
    expect(await storage.blobs.stat(url.split("/").at(-1) ?? "")).toEqual({ bytes: 0, state: "partial" })
    expect(await problemCode(await createUpload(ada.send, 10_000_000))).toBe("DISK_FULL")
    expect((await ada.send(`/v1/captures/${saved[1]?.captureId}/media`)).status).toBe(200)

    for (const capture of saved) expect((await remove(ada, capture)).status).toBe(204)
    expect(await readdir(join(folder, "blobs"))).toEqual([])
    for (const name of await readdir(path)) if (name.startsWith("fill-")) await rm(join(path, name))
    await storage.sweep()
    expect(await readdir(folder)).toContain("ballast")
    await saveOne(ada)
    await storage[Symbol.asyncDispose]()
    const again = await openStorage({ folder })
    expect(again.repaired).toMatchObject({ lostUploads: 0, orphanBlobs: 0, missingBlobs: 0 })
    await again[Symbol.asyncDispose]()
  })
})
