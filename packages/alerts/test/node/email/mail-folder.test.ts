import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import PostalMime from "postal-mime"
import { expect, onTestFinished, test } from "vitest"
import { mailFolderChannel } from "../../../src/node/channels/mail-folder.ts"
import { notification } from "../../notification.ts"

const from = { name: "Darkslide", address: "darkslide@example.org" }
const delivery = { destination: "robin@example.org", idempotencyKey: "k", signal: new AbortController().signal }

test("mailFolderChannel() writes each mail once, as a file that another program reads", async () => {
  const folder = await temporaryFolder()
  const channel = mailFolderChannel({ folder: join(folder, "mail"), from })
  const told = notification({ title: "Somebody failed to sign in" })
  await channel.deliver(told, delivery)
  await channel.deliver(told, delivery)
  const names = await readdir(join(folder, "mail"))
  expect(names).toHaveLength(1)
  expect(names[0]).toMatch(/^[\w-]{22}\.\d+\.eml$/u)
  const mail = await PostalMime.parse(await readFile(join(folder, "mail", names[0]!)))
  expect(mail.subject).toBe("Somebody failed to sign in")
  expect(mail.to?.map(({ address }) => address)).toEqual(["robin@example.org"])
})

test("mailFolderChannel() says so when the folder cannot be written", async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, "mail"), "a file in its place")
  const channel = mailFolderChannel({ folder: join(folder, "mail"), from })
  await expect(channel.deliver(notification(), delivery)).rejects.toMatchObject({ code: "ALERTS_FAILED" })
})

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-mail-"))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
