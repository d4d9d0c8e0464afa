import { randomBytes } from "node:crypto"
import type { Logger } from "pino"
import { intruderEvent, type ServerAlerts } from "../alerts/server-alerts.ts"
import type { ServerStorage } from "../storage/storage.ts"
import { fromSpooled, type SpooledUpload } from "./inbox-upload.ts"

/** Works the spool off: each photo into the inbox or, past the cap, into a count; and an event for the alerts. */
export interface InboxKeeper {
  /** There is something new in the spool. */
  wake(): void
  /** Resolves when what is in the spool now is worked off, or failed. */
  settled(): Promise<void>
}

export interface InboxKeeperPorts {
  readonly storage: ServerStorage
  readonly alerts: ServerAlerts
  readonly link: () => string | undefined
  readonly log: Logger
}

const retryMs = 30_000

/** One at a time, in the order in which they came: a crash leaves at most one half-done, which a replay completes. */
export function createInboxKeeper(ports: InboxKeeperPorts): InboxKeeper {
  const { storage, log } = ports
  let working: Promise<void> | undefined
  let isAskedAgain = false
  const work = async () => {
    do {
      isAskedAgain = false
      for (const name of await storage.spool.list()) await workOff(name, ports)
    } while (isAskedAgain)
  }
  const wake = (): void => {
    isAskedAgain = true
    working ??= work()
      .catch((error: unknown) => {
        log.error({ err: error }, "inbox: the spool waits")
        setTimeout(wake, retryMs).unref()
      })
      .finally(() => (working = undefined))
  }
  return {
    wake,
    async settled() {
      wake()
      await working
    },
  }
}

async function workOff(name: string, ports: InboxKeeperPorts): Promise<void> {
  const { storage, alerts, log } = ports
  const upload = readUpload(await storage.spool.read(name), log)
  const isStanding = upload && (await storage.accounts.find(upload.device.accountId)) !== undefined
  if (upload !== undefined && isStanding) {
    const became = await keep(upload, name, storage)
    const isKept = became === "kept"
    if (became !== "removed")
      await alerts.alerts.observe(eventOf(upload, isKept ? upload.captureId : name, isKept, ports))
  }
  await storage.spool.remove(name)
}

/** `kept`: the photo is in the inbox now; `removed`: it was, and its owner removed it. */
type Became = "kept" | "counted" | "removed"

async function keep(upload: SpooledUpload, name: string, storage: ServerStorage): Promise<Became> {
  const { device, receivedAt, captureId, media, picture: _picture, ...parts } = upload
  const { accountId, deviceId } = device
  const { header, record, sealing, private: sealed, thumbnail, chunks } = parts
  const total = [header, record, sealing, sealed, thumbnail, chunks, media].reduce((sum, part) => sum + part.length, 0)
  const room = await storage.inbox.room({ accountId, captureId, deviceId }, total, receivedAt)
  if (room === "known") return "kept"
  if (room === "removed") return "removed"
  if (room === "full") {
    await storage.inbox.countAttempt({ accountId, deviceId, at: receivedAt, name })
    return "counted"
  }
  // A blob that a crash leaves without its row is an orphan, which the next start removes.
  const blobId = randomBytes(16).toString("base64url")
  await storage.blobs.create(blobId)
  await storage.blobs.append(blobId, 0, once(media))
  await storage.blobs.complete(blobId)
  const photo = { ...parts, accountId, captureId, deviceId, receivedAt, blobId, mediaBytes: media.length }
  for (const evicted of await storage.inbox.add(photo)) await storage.removeBlob(evicted)
  return "kept"
}

function eventOf(upload: SpooledUpload, id: string, isKept: boolean, { link }: InboxKeeperPorts) {
  const { device, receivedAt: at, header, media, picture } = upload
  const { accountId, deviceId, content } = device
  const shown = { accountId, deviceId, content, id, at, link: link() }
  if (!isKept || content === "link") return intruderEvent(shown)
  return intruderEvent({ ...shown, sealed: Buffer.concat([header, media]), picture })
}

/** What the disk damaged must not hold up what came after it. */
function readUpload(text: string, log: Logger): SpooledUpload | undefined {
  try {
    return fromSpooled(text)
  } catch (error) {
    log.error({ err: error }, "inbox: a spooled photo is damaged")
    return undefined
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
