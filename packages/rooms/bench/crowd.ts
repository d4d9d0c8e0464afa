// `crowd.ts <ours|socket.io> <port> <sockets>`: people in rooms of four who say nothing. It says "inside" once all are, and
// ends with its parent.
import { perRoom } from "./talk.ts"
import { ours, socketIo } from "./members.ts"

const [name, port, sockets] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const side = name === "ours" ? ours : socketIo
const doors = await side.prepare(port, Math.ceil(sockets / perRoom))
for (let at = 0; at < sockets; at += 25)
  await Promise.all(
    Array.from({ length: Math.min(25, sockets - at) }, (_, i) => doors[(at + i) % doors.length]!(() => {})),
  )
process.on("disconnect", () => process.exit())
process.send?.("inside")
