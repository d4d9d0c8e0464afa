import {
  generateFileKey,
  generateKeyPair,
  generateSigningSeed,
  open,
  openHeader,
  openSigned,
  openStream,
  passphraseIdentity,
  passphraseRecipient,
  seal,
  sealHeader,
  signDocument,
  signerFromSeed,
} from "@darkslide/crypto"
import { fernetOpen, fernetSeal, generateFernetKey } from "@darkslide/crypto/fernet"
import { legacyFrameReader } from "@darkslide/crypto/legacy"
import { hashPassword, verifyPassword } from "@darkslide/crypto/password"
import {
  sframeAes128CtrHmac80,
  sframeAes128Gcm,
  sframeRatchetKeys,
  sframeRatchetSender,
  sframeReceiver,
  type SFrameSuite,
} from "@darkslide/crypto/sframe"
import { nobleGcmKey } from "../src/aes/gcm.ts"
import { nobleFernetCipher } from "../src/fernet/cipher.ts"
import { fernetOpenWith } from "../src/fernet/fernet.ts"

/** Something that is opened, and what was sealed in it. */
export interface Target {
  readonly name: string
  readonly samples: readonly Uint8Array[]
  /**
   * Opens what was changed.
   * @returns whether it opened to what was sealed.
   * @throws CryptoError when it is refused, as it should be.
   */
  opensToTheSame(changed: Uint8Array): Promise<boolean>
}

const plaintext = new Uint8Array(3000).map((_, index) => index * 17)
/** Work small enough that only what exceeds a limit could take long. */
const workFactor = 6

export async function createTargets(): Promise<readonly Target[]> {
  return [
    ...(await ageTargets()),
    ...(await fernetTargets()),
    await passwordTarget(),
    await frameTarget("SFrame, GCM", sframeAes128Gcm),
    await frameTarget("SFrame, CTR", sframeAes128CtrHmac80),
    await legacyTarget(),
    await signedTarget(),
  ]
}

async function ageTargets(): Promise<readonly Target[]> {
  const [me, other] = [generateKeyPair(), generateKeyPair()]
  const passphrase = passphraseRecipient("x", { workFactor })
  const identities = { with: [me, passphraseIdentity("x", { maxWorkFactor: workFactor })] }
  const chunks = new Uint8Array(70_000).map((_, index) => index * 3)
  const files = [
    await seal(plaintext, { to: [me.recipient] }),
    await seal(plaintext, { to: [other.recipient, me.recipient] }),
    await seal(plaintext, { to: [passphrase] }),
  ]
  const large = await seal(chunks, { to: [me.recipient] })
  const fileKey = generateFileKey()
  const headers = await Promise.all(
    [[me.recipient], [other.recipient, me.recipient], [passphrase]].map((to) => sealHeader(fileKey, { to })),
  )
  return [
    {
      name: "age file",
      samples: files,
      opensToTheSame: async (changed) => equal(await open(changed, identities), plaintext),
    },
    {
      name: "age file of two chunks",
      samples: [large],
      opensToTheSame: async (changed) => equal(await open(changed, identities), chunks),
    },
    {
      name: "age stream",
      samples: files,
      async opensToTheSame(changed) {
        const stream = new Blob([new Uint8Array(changed)]).stream().pipeThrough(openStream(identities))
        return equal(new Uint8Array(await new Response(stream).arrayBuffer()), plaintext)
      },
    },
    {
      name: "age header",
      samples: headers,
      opensToTheSame: async (changed) => equal(await openHeader(changed, identities), fileKey),
    },
  ]
}

async function fernetTargets(): Promise<readonly Target[]> {
  const [key, other] = [generateFernetKey(), generateFernetKey()]
  const keys = [other, key]
  const samples = [key, other].map((each) => bytesOf(fernetSeal(plaintext, { key: each })))
  return [
    {
      name: "Fernet token",
      samples,
      opensToTheSame: async (changed) => equal(fernetOpen(textOf(changed), { keys, ttlSeconds: 3600 }), plaintext),
    },
    {
      name: "Fernet token, noble",
      samples,
      opensToTheSame: async (changed) => equal(fernetOpenWith(textOf(changed), { keys }, nobleFernetCipher), plaintext),
    },
  ]
}

/** A changed hash may still be one of the right password (`$2b$` and `$2y$` are the same), but never of another. */
async function passwordTarget(): Promise<Target> {
  const policy = { memoryKiB: 64, passes: 1 }
  const limits = { maxMemoryKiB: 512, maxPasses: 4, maxLanes: 4, maxIterations: 3000, maxBcryptCost: 5 }
  const samples = [
    await hashPassword("hunter2", { policy }),
    await hashPassword("hunter2", { policy: { memoryKiB: 256, passes: 2, lanes: 2 } }),
    "$argon2d$v=16$m=64,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$2b$04$zSGmvP1L6B0kNBY5h0to4OSNsSiWP0tAAsPrH24pFp55iClNEm1Da",
    "pbkdf2:sha256:1000$nB2hnupo1$51bc77ff84432736420690c78b1789e7b1cd2af8d92e8b545f946f543e642707",
    `scrypt:16:8:1$salt$${"0".repeat(128)}`,
    "sha256$abcdefgh$2e78caa74895a75615ac351863764c67ba563ec2e24ae6b648d86946d0f3d656",
    "f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7",
  ]
  return {
    name: "password hash",
    samples: samples.map(bytesOf),
    opensToTheSame: async (changed) => !(await verifyPassword("hunter3", textOf(changed), { limits })).ok,
  }
}

async function frameTarget(name: string, suite: SFrameSuite): Promise<Target> {
  const baseKey = crypto.getRandomValues(new Uint8Array(32))
  const sender = await sframeRatchetSender({ suite, generation: 1n, baseKey })
  const samples = [await sender.encrypt(plaintext)]
  for (let step = 0; step < 3; step++) {
    await sender.ratchet()
    samples.push(await sender.encrypt(plaintext))
  }
  return {
    name,
    samples,
    async opensToTheSame(changed) {
      // Always from the first step: a frame of another run must not have moved the receiver on.
      const keys = sframeRatchetKeys({ suite })
      keys.set({ generation: 1n, baseKey })
      return equal((await sframeReceiver(keys).decrypt(changed)).frame, plaintext)
    },
  }
}

/** A frame's nonce, tag and ciphertext in one piece. */
async function legacyTarget(): Promise<Target> {
  const key = crypto.getRandomValues(new Uint8Array(32))
  const reader = await legacyFrameReader({ key })
  const nonce = crypto.getRandomValues(new Uint8Array(16))
  const sealed = await nobleGcmKey(key).seal(nonce, new Uint8Array(), plaintext)
  return {
    name: "old frame",
    samples: [new Uint8Array(Buffer.concat([nonce, sealed.subarray(-16), sealed.subarray(0, -16)]))],
    async opensToTheSame(changed) {
      const [changedNonce, tag, ciphertext] = [changed.subarray(0, 16), changed.subarray(16, 32), changed.subarray(32)]
      return equal(await reader.read({ nonce: changedNonce, tag, ciphertext }), plaintext)
    },
  }
}

async function signedTarget(): Promise<Target> {
  const signer = signerFromSeed(generateSigningSeed())
  const value = { v: 1, name: "a document", list: [1, 2, 3], nested: { text: "ä", flag: true } }
  const samples = [
    await signDocument("soak/v1", value, signer),
    await signDocument("soak/v1", { ...value, v: 2 }, signer),
  ]
  return {
    name: "signed document",
    samples,
    async opensToTheSame(changed) {
      const opened = JSON.stringify(openSigned("soak/v1", changed, signer.publicKey))
      return [value, { ...value, v: 2 }].some((signed) => JSON.stringify(signed) === opened)
    },
  }
}

/** Bytes as Latin-1, so that every byte is one letter and a change of a letter is a change of one byte. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1")
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"))
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
