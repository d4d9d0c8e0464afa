// Runs in a worker in Chromium: one comparison for each message, answered with the medians in MiB per second.
import { generateKeyPair, nobleAead, open, openAt, seal, sealStream, type Aead } from "@darkslide/crypto"
import { sframeAes128Gcm, sframeSender } from "@darkslide/crypto/sframe"
import { loadWasmAead } from "@darkslide/crypto/wasm"
import { gcm } from "@noble/ciphers/aes.js"
import { Decrypter, Encrypter } from "age-encryption"
import { answerMessages } from "../../../../tools/bench/answer-messages.ts"
import type { ChromiumTask } from "./tasks.ts"

const me = generateKeyPair()
const to = [me.recipient]
const encrypter = new Encrypter()
encrypter.addRecipient(me.recipient.toString())
const decrypter = new Decrypter()
decrypter.addIdentity(me.toString())

answerMessages(measure)

async function measure(task: ChromiumTask): Promise<{ readonly ours: number; readonly peer: number }> {
  const { ours, peer } = await sides(task)
  const rates = { ours: [] as number[], peer: [] as number[] }
  await ours()
  await peer()
  for (let round = 0; round < task.rounds; round++) {
    rates.ours.push(await rate(task, ours))
    rates.peer.push(await rate(task, peer))
  }
  return { ours: median(rates.ours), peer: median(rates.peer) }
}

async function rate({ bytes, runs }: ChromiumTask, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  for (let run = 0; run < runs; run++) await work()
  return (runs * bytes) / (1 << 20) / ((performance.now() - start) / 1000)
}

async function sides({ kind, bytes, backend }: ChromiumTask): Promise<Record<"ours" | "peer", () => Promise<unknown>>> {
  const aead = await backendOf(backend)
  const plaintext = new Uint8Array(bytes).fill(7)
  switch (kind) {
    case "seal":
      return { ours: () => seal(plaintext, { to, aead }), peer: () => encrypter.encrypt(plaintext) }
    case "open": {
      const sealed = new Uint8Array(await seal(plaintext, { to }))
      return { ours: () => open(sealed, { with: [me], aead }), peer: () => decrypter.decrypt(sealed) }
    }
    case "stream": {
      const blob = new Blob([plaintext])
      return {
        ours: () => drain(blob.stream().pipeThrough(sealStream({ to, aead }))),
        peer: async () => await drain(await encrypter.encrypt(blob.stream())),
      }
    }
    case "random access": {
      const sealed = new Uint8Array(await seal(plaintext, { to }))
      const blob = new Blob([sealed])
      const offset = Math.floor(bytes * 0.9)
      return {
        ours: async () => await (await openAt(blob, { with: [me] })).read(offset, 65_536),
        peer: () => decrypter.decrypt(sealed),
      }
    }
    case "frame": {
      const [key, nonce, header] = [new Uint8Array(16), new Uint8Array(12), new Uint8Array(3)]
      const sender = await sframeSender({ suite: sframeAes128Gcm, keyId: 1n, baseKey: key })
      return {
        ours: () => sender.encrypt(plaintext),
        // AES-GCM alone, without the header and the count.
        peer: async () => gcm(key, nonce, header).encrypt(plaintext),
      }
    }
  }
}

async function backendOf(backend: ChromiumTask["backend"]): Promise<Aead | undefined> {
  if (backend === "noble") return nobleAead
  if (backend !== "wasm") return undefined
  const wasm = await loadWasmAead()
  if (!wasm) throw new Error("no WASM here")
  return wasm
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader()
  while (!(await reader.read()).done);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
