import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { createPrivateKey, sign, type KeyObject } from "node:crypto"
import { io } from "socket.io-client"
import { WebSocket } from "ws"
import { readHubMessage } from "../src/wire/hub-message.ts"
import { joinProof } from "../src/wire/proofs.ts"
import { toWireHead } from "../src/wire/wire-head.ts"
import { domains } from "../src/domains.ts"
import { deriveFromRoomSecret } from "../src/keys/room-secret.ts"
import { makeRoom } from "../test/membership/people.ts"

/** One socket in a room. */
export interface Member {
  post(body: string): void
  close(): void
}

/** What a side of the comparison can do. */
export interface Side {
  /** Makes so many rooms, and gives how to join each. */
  prepare(port: number, rooms: number): Promise<readonly ((onMessage: (body: string) => void) => Promise<Member>)[]>
}

export const ours: Side = {
  async prepare(port, rooms) {
    const url = `ws://127.0.0.1:${port}/hub`
    return await Promise.all(
      Array.from({ length: rooms }, async () => {
        const room = makeRoom()
        await create(url, toWireHead(await room.head({ maxMembers: 1024 })))
        const admission = nativeKey(deriveFromRoomSecret(room.secret, domains.admissionKey, room.roomId))
        return async (onMessage: (body: string) => void) => await join(url, room.roomId, admission, onMessage)
      }),
    )
  },
}

async function create(url: string, head: ReturnType<typeof toWireHead>): Promise<void> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await new Promise<void>((resolve) => {
    socket.on("message", (data: Buffer) => {
      const message = readHubMessage(data.toString())
      if (message?.t === "hello") socket.send(JSON.stringify({ t: "create", id: newId(), ...head }))
      else resolve()
    })
  })
  socket.terminate()
}

async function join(
  url: string,
  room: string,
  admission: KeyObject,
  onMessage: (body: string) => void,
): Promise<Member> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  const key = toBase64Url(randomBytes(32))
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject)
    socket.on("message", (data: Buffer) => {
      // As little as can be on this side: it is the hub that is measured.
      const message = JSON.parse(data.toString()) as { t: string; nonce: string; body: string }
      if (message.t === "message") onMessage(message.body)
      else if (message.t === "joined") resolve()
      else if (message.t === "error" || message.t === "refused") reject(new Error(data.toString()))
      else if (message.t === "hello") {
        const sig = toBase64Url(sign(null, joinProof(room, message.nonce, key), admission))
        socket.send(JSON.stringify({ t: "join", room, key, sig, admits: false }))
      }
    })
  })
  const ping = setInterval(() => socket.send('{"t":"ping"}'), 20_000)
  return {
    post: (body) => socket.send(JSON.stringify({ t: "post", id: newId(), body })),
    close() {
      clearInterval(ping)
      socket.terminate()
    },
  }
}

export const socketIo: Side = {
  async prepare(port, rooms) {
    return Array.from({ length: rooms }, (_, number) => async (onMessage: (body: string) => void) => {
      const socket = io(`http://127.0.0.1:${port}`, { transports: ["websocket"], forceNew: true })
      const room = `room ${number}`
      socket.on("message", onMessage)
      await new Promise<void>((resolve) => {
        socket.on("connect", () => {
          socket.emit("join", room, resolve)
        })
      })
      return { post: (body: string) => socket.emit("post", room, body), close: () => socket.disconnect() }
    })
  },
}

/** The same key for node:crypto, which signs ten times as fast: it is the hub that is measured. */
function nativeKey(seed: Uint8Array): KeyObject {
  const key = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed])
  return createPrivateKey({ key, format: "der", type: "pkcs8" })
}

function newId(): string {
  return toBase64Url(randomBytes(16))
}
