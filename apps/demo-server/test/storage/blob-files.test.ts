import { symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { openBlobFiles } from "../../src/storage/blob-files.ts"
import { temporaryFolder } from "../server-fixture.ts"
import { blobStoreSuite } from "./blob-store-suite.ts"

blobStoreSuite("files", async () => await openBlobFiles(await temporaryFolder()))

test("openBlobFiles() follows no link out of its folder", async () => {
  const folder = await temporaryFolder()
  const blobs = await openBlobFiles(folder)
  await writeFile(join(folder, "outside"), "secret")
  await symlink(join(folder, "outside"), join(folder, "blobs/link"))
  await symlink(join(folder, "outside"), join(folder, "uploads/link-2"))
  await expect(blobs.read("link", { start: 0, end: 6 })).rejects.toThrow("ELOOP")
  await expect(blobs.append("link-2", 6, (async function* () {})())).rejects.toThrow("ELOOP")
})
