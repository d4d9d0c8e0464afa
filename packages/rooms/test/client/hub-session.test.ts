import { beforeEach, describe, expect, test } from "vitest"
import { HubSession } from "../../src/client/hub-session.ts"
import { createHub, type Hub } from "../../src/hub/hub.ts"
import { memoryLog } from "../../src/hub/memory-log.ts"
import { doorSecrets } from "../../src/keys/room-secret.ts"
import type { HubMessage } from "../../src/wire/hub-message.ts"
import { RawClient } from "../hub/raw-client.ts"
import { makeRoom, type TestRoom } from "../membership/people.ts"
import { signal } from "../room/company.ts"
import { HubTransport } from "../room/hub-transport.ts"

let hub: Hub
let room: TestRoom

beforeEach(async () => {
  hub = createHub({ log: memoryLog() })
  room = makeRoom()
  await new RawClient(hub).create(await room.head())
})

async function join(transport: HubTransport): Promise<HubSession> {
  const { admission } = doorSecrets(room)
  return await HubSession.join({ transport, roomId: room.roomId, admission, admits: false, signal: signal() })
}

describe("a place in a room", () => {
  test("keeps the order of what is asked for while it is taken up again", async () => {
    const transport = new HubTransport(hub)
    const session = await join(transport)
    session.run({ onMessage: () => {}, onState: () => {}, onEnd: () => {} })
    const held = Promise.withResolvers<HubMessage>()
    transport.tap = {
      toClient(message) {
        if (message.t !== "resumed") return [message]
        held.resolve(message)
        return []
      },
    }
    transport.drop()
    const first = session.ask({ t: "post", body: "AAAA" })
    const resumed = await held.promise
    const second = session.ask({ t: "post", body: "BBBB" })
    transport.tap = {}
    transport.inject(resumed)
    expect((await Promise.all([first, second])).map(({ seq }) => seq)).toEqual([1, 2])
    session.close()
  })
})
