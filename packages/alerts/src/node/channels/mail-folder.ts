import { constants } from "node:fs"
import { mkdir, open, rename } from "node:fs/promises"
import { join } from "node:path"
import { createTransport } from "nodemailer"
import type { Channel } from "../../engine/channel.ts"
import { AlertsError } from "../../errors.ts"
import { parseMailAddress } from "../email/mail-address.ts"
import { composeMail, type MailForm } from "../email/compose-mail.ts"

export interface MailFolderOptions extends MailForm {
  /** Made where it is missing, for this user only. */
  readonly folder: string
}

/**
 * Writes mails as `.eml` files, which mail programs open: for a machine without a mail server, where somebody looks into
 * the folder. A file is there whole or not at all; the same mail written twice is one file.
 */
export function mailFolderChannel(options: MailFolderOptions): Channel {
  const { folder } = options
  const writer = createTransport({
    streamTransport: true,
    buffer: true,
    newline: "windows",
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    concurrency: 1,
    defaultContent: "text",
    checkDestination: (destination) => void parseMailAddress(destination),
    async deliver(notification, { destination, signal }) {
      const mail = composeMail(notification, destination, options)
      signal.throwIfAborted()
      const { message } = await writer.sendMail(mail)
      const name = mail.messageId.replaceAll(/[^\w.@-]/gu, "").replace(/@.*$/u, "")
      try {
        await write(folder, `${name}.eml`, message as Buffer)
      } catch (error) {
        throw new AlertsError("ALERTS_FAILED", "Cannot mail: the folder cannot be written", { cause: error })
      }
    },
  }
}

async function write(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  {
    await using file = await open(`${path}.new`, "w", 0o600)
    await file.writeFile(bytes)
    await file.sync()
  }
  await rename(`${path}.new`, path)
  await using directory = await open(folder, constants.O_RDONLY)
  await directory.sync()
}
