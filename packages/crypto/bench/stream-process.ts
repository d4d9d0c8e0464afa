// Seals streams of 512 MiB in a process of its own, as a fresh program would, and prints what the best of two took.
import { readFileSync } from "node:fs"
import { Encrypter } from "age-encryption"
import { generateKeyPair, sealIterable, sealStream } from "@darkslide/crypto"
import { bytePieces, byteStream, drain, type Pieces } from "./streams.ts"
import type { StreamForm, StreamCost } from "./stream-costs.ts"

const size = 512 << 20
const [, , formName, pieces] = process.argv as [string, string, StreamForm, Pieces]
const { recipient } = generateKeyPair()
const to = [recipient]

const forms: Readonly<Record<StreamForm, () => Promise<void>>> = {
  "Web Streams": () => drain(byteStream(size, pieces).pipeThrough(sealStream({ to }))),
  "async iterator": async () => {
    for await (const piece of sealIterable(bytePieces(size, pieces), { to, reuseBuffers: true })) void piece
  },
  "age-encryption": async () => {
    const encrypter = new Encrypter()
    encrypter.addRecipient(recipient.toString())
    await drain(await encrypter.encrypt(byteStream(size, pieces)))
  },
  "source alone": () => drain(byteStream(size, pieces)),
}

const form = forms[formName]
const seconds: number[] = []
for (let run = 0; run < 2; run++) {
  const start = process.cpuUsage()
  await form()
  const { user, system } = process.cpuUsage(start)
  seconds.push((user + system) / 1e6)
}
// Not getrusage: its peak is that of the parent at the fork.
const peakKiB = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1])
const cost: StreamCost = { cpuSeconds: Math.min(...seconds), peakMiB: peakKiB / 1024 }
console.log(JSON.stringify(cost))
