import { execFile } from "node:child_process"
import { execFileSync } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { open, parseIdentity } from "@darkslide/crypto"
import type { Browser } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { Visitor } from "./visitor.ts"

let server: DemoServer
let browser: Browser

beforeAll(async () => {
  server = await startDemoServer()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

describe("from a camera to a sealed picture", () => {
  for (const [screen, options] of Object.entries(screens)) {
    test(`on a ${screen}`, async () => {
      const credentials = { handle: `story-${screen}`, password: "correct horse battery staple" }
      const here = await freshPage(browser, options)
      const me = new Visitor(here.page, server.origin)

      await me.createAccount(credentials)
      const cameras = await me.cameraNames()
      expect(cameras).toHaveLength(2)
      await me.chooseCamera(cameras[1] ?? "")
      await me.takePhoto()
      await me.retake()
      await me.takePhoto()
      const captureId = await me.save()

      // A reload forgets every key.
      await me.visit("/library")
      await me.unlock(credentials.password)
      await me.seeThumbnails(1)
      await me.openPhoto(captureId)
      const picture = await me.download()
      expect([...picture.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
      const sealed = await me.exportSealed()
      const identity = await me.exportKey(credentials.password)
      expect(Buffer.compare(await openByUs(sealed, identity), picture)).toBe(0)
      if (hasAge) expect(Buffer.compare(await openByAge(sealed, identity), picture)).toBe(0)

      const elsewhere = await freshPage(browser, options)
      const again = new Visitor(elsewhere.page, server.origin)
      await again.trySignIn({ ...credentials, password: "not the password" })
      await elsewhere.page
        .getByRole("alert")
        .filter({ hasText: /the handle or the password is wrong/i })
        .waitFor()
      await again.signIn(credentials)
      await again.openLibrary()
      await again.seeThumbnails(1)
      await again.openPhoto(captureId)
      expect(Buffer.compare(await again.download(), picture)).toBe(0)
      await again.deletePhoto()
      await expect.poll(() => again.countPhotos()).toBe(0)

      await me.visit("/library")
      await me.unlock(credentials.password)
      await here.page.getByText("Nothing here yet").waitFor()
      expect(await me.countPhotos()).toBe(0)
      await me.signOut()

      // The one refused login is a 401, which Chromium reports by itself.
      const unexpected = [...here.complaints, ...elsewhere.complaints].filter((text) => !/\b401\b/.test(text))
      expect(unexpected).toEqual([])
      await Promise.all([here.close(), elsewhere.close()])
    })
  }
})

const hasAge = (() => {
  try {
    return execFileSync("age", ["--version"]).length > 0
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false
    throw error
  }
})()

async function openByUs(sealed: Uint8Array, identityFile: string): Promise<Uint8Array> {
  const line = identityFile.split("\n").find((text) => text.startsWith("AGE-SECRET-KEY-1")) ?? ""
  return await open(sealed, { with: [parseIdentity(line)] })
}

/** Debian's age, with the exported identity file as it is. */
async function openByAge(sealed: Uint8Array, identityFile: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-age-"))
  try {
    await writeFile(join(folder, "key.txt"), identityFile)
    await writeFile(join(folder, "photo.age"), sealed)
    const { stdout } = await promisify(execFile)(
      "age",
      ["-d", "-i", join(folder, "key.txt"), join(folder, "photo.age")],
      {
        encoding: "buffer",
        maxBuffer: 64 << 20,
      },
    )
    return stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}
