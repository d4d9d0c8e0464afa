import { webSocketTransport, type SignalTransport } from "@darkslide/rooms"
import { httpItems, type ItemTransport } from "@darkslide/rooms/channels"
import { pino } from "pino"
import { onTestFinished } from "vitest"
import { readConfiguration } from "../../src/config.ts"
import { startServer } from "../../src/start-server.ts"
import { temporaryFolder } from "../server-fixture.ts"

/** A real server on a free port, and how to reach its rooms. */
export interface Meeting {
  readonly url: string
  readonly folder: string
  readonly transport: SignalTransport
  readonly hubUrl: string
  items(room: string, pass: () => string): ItemTransport
  stop(): Promise<void>
}

export async function meeting(environment: Readonly<Record<string, string>> = {}): Promise<Meeting> {
  const folder = environment["DARKSLIDE_DATA"] ?? (await temporaryFolder())
  const configuration = readConfiguration({ DARKSLIDE_PORT: "0", DARKSLIDE_DATA: folder, ...environment })
  const server = await startServer(configuration, pino({ level: "silent" }))
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => await (stopping ??= server.stop())
  onTestFinished(stop)
  const hubUrl = `${server.url.replace("http", "ws")}/v1/hub`
  return {
    url: server.url,
    folder,
    hubUrl,
    transport: webSocketTransport(hubUrl),
    items: (room, pass) => httpItems({ url: `${server.url}/v1/rooms/${room}/items`, pass }),
    stop,
  }
}
