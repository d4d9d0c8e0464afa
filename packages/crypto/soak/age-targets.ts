import { generateKeyPairSync } from "node:crypto"
import {
  armor,
  dearmor,
  generateFileKey,
  generateKeyPair,
  inspect,
  open,
  openAt,
  openHeader,
  openStream,
  passphraseIdentity,
  passphraseRecipient,
  seal,
  sealHeader,
  type Identity,
  type Recipient,
} from "@darkslide/crypto"
import { parseIdentityFile } from "@darkslide/crypto/files"
import { generateHybridKeyPair } from "@darkslide/crypto/hybrid"
import { parseSshIdentity } from "@darkslide/crypto/ssh"
import { equal, plaintext, type Target } from "./target.ts"

/** Work small enough that only what exceeds a limit could take long. */
const workFactor = 6

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"))
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1")

/** age files for every kind of recipient, whole, as streams, armored, read in the middle; headers; key files. */
export async function ageTargets(): Promise<readonly Target[]> {
  const [me, other, hybrid] = [generateKeyPair(), generateKeyPair(), generateHybridKeyPair()]
  const pems = [
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  ]
  const ssh = pems.map((pem) => parseSshIdentity(pem))
  const passphrase = passphraseRecipient("x", { workFactor })
  const lists: readonly (readonly Recipient[])[] = [
    [me.recipient],
    [other.recipient, me.recipient],
    [passphrase],
    [hybrid.recipient],
    ...ssh.map(({ recipient }) => [recipient]),
  ]
  const identities = {
    with: [me, hybrid, ...ssh, passphraseIdentity("x", { maxWorkFactor: workFactor })] as readonly Identity[],
  }
  const files = await Promise.all(lists.map((to) => seal(plaintext, { to })))
  const fileKey = generateFileKey()
  const keyFile = `# a comment\n${me.toString()}\n${hybrid.toString()}\n`
  const keyNames = new Set([me.toString(), hybrid.toString()])
  return [
    {
      name: "age file",
      samples: files,
      opensToTheSame: async (changed) => equal(await open(changed, identities), plaintext),
    },
    await severalChunks(me),
    {
      name: "age stream",
      samples: files.slice(0, 3),
      async opensToTheSame(changed) {
        const stream = new Blob([new Uint8Array(changed)]).stream().pipeThrough(openStream(identities))
        return equal(new Uint8Array(await new Response(stream).arrayBuffer()), plaintext)
      },
    },
    {
      name: "armored age file",
      samples: files.map((file) => bytesOf(armor(file))),
      // White space around the armor may change: what it holds may not.
      opensToTheSame: async (changed) => equal(await open(dearmor(changed), identities), plaintext),
    },
    {
      name: "age header",
      samples: await Promise.all(lists.map((to) => sealHeader(fileKey, { to }))),
      opensToTheSame: async (changed) => equal(await openHeader(changed, identities), fileKey),
    },
    {
      name: "age file, inspected",
      samples: files,
      // Without a key anything well-formed is told.
      opensToTheSame: async (changed) => (await inspect(changed)).stanzas.length > 0,
    },
    {
      name: "identity file",
      samples: [bytesOf(keyFile)],
      opensToTheSame: async (changed) =>
        parseIdentityFile(textOf(changed)).every((identity) => keyNames.has(identity.toString())),
    },
    {
      name: "SSH key file",
      samples: pems.map(bytesOf),
      // PEM has no checksum: a changed key may be another key.
      opensToTheSame: async (changed) => parseSshIdentity(textOf(changed)).type.startsWith("ssh-"),
    },
  ]
}

/** Opened whole, and in the middle of it alone. */
async function severalChunks(me: ReturnType<typeof generateKeyPair>): Promise<Target> {
  const chunks = new Uint8Array(70_000).map((_, index) => index * 3)
  const identities = { with: [me] }
  return {
    name: "age file of two chunks",
    samples: [await seal(chunks, { to: [me.recipient] })],
    async opensToTheSame(changed) {
      const file = await openAt(new Blob([new Uint8Array(changed)]), identities)
      const middle = await file.read(60_000, 9000)
      return equal(middle, chunks.subarray(60_000, 69_000)) && equal(await open(changed, identities), chunks)
    },
  }
}
