import { openCapture, sealCapture, type CaptureDevice } from "@darkslide/capture"
import { createAccount, deviceIdOf, generateSigningSeed, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import { Decrypter, Encrypter } from "age-encryption"
import { runBench, type Comparison } from "../../../tools/bench/bench.ts"

const bytes = 4 << 20
const media = new Uint8Array(bytes).map((_, i) => i * 7)

/** `pnpm bench delivery [--json]`: sealing and opening a capture beside others. Run it alone; trust the ratios. */
export async function benchDelivery(): Promise<void> {
  await runBench(await sealing())
}

/** The peer seals and opens the picture alone; ours also signs, commits, lists chunks, and seals what belongs to it. */
async function sealing(): Promise<readonly Comparison[]> {
  const signer = signerFromSeed(generateSigningSeed())
  const account = await createAccount({
    exportKey: new Uint8Array(64),
    serverPublicKey: new Uint8Array(32),
    device: { publicKey: signer.publicKey, scope: "full", name: "bench" },
    at: 1,
  })
  const device: CaptureDevice = { accountId: account.accountId, deviceId: deviceIdOf(signer.publicKey), signer }
  const input = {
    media,
    mediaType: "image/jpeg",
    kind: "photo",
    createdAt: 1,
    thumbnail: media.slice(0, 9000),
  } as const
  const position = { seq: 1, prevHash: toBase64Url(new Uint8Array(32)), skipped: [] }
  const seal = () => sealCapture(input, { to: [account.recipient], owner: account.recipient, device, position })
  const capture = await seal()
  const encrypter = new Encrypter()
  encrypter.addRecipient(account.recipient.toString())
  const decrypter = new Decrypter()
  decrypter.addIdentity(account.identity.toString())
  const sealed = await encrypter.encrypt(media)
  const common = { bytes, runs: 5, goal: 1, peerName: "age-encryption" }
  const open = async () => {
    const { captureId } = capture
    const opened = await openCapture(capture, { with: account.identity, state: account.state, captureId })
    return await opened.openMedia(capture.media, capture.chunks)
  }
  return [
    { ...common, name: "seal a capture", ours: seal, peer: () => encrypter.encrypt(media) },
    { ...common, name: "open and verify a capture", ours: open, peer: () => decrypter.decrypt(sealed) },
  ]
}
