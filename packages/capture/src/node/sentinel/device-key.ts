import { deviceIdOf, generateSigningSeed, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import { mkdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import type { CaptureDevice } from "../../sealed/device.ts"
import { replaceDurable } from "./durable-file.ts"
import { SentinelError } from "./sentinel-error.ts"

/** A device and what its owner compares before letting it in. */
export interface DeviceKey {
  readonly device: CaptureDevice
  /** base64url, 32 bytes. */
  readonly publicKey: string
}

/**
 * Reads the device's signing key, or makes one the first time (readable by its owner alone). It opens nothing: whoever
 * takes it can sign as this device until it is revoked, and still reads no capture.
 * @throws SentinelError `folder`
 */
export async function openDeviceKey(folder: string, accountId: string): Promise<DeviceKey> {
  const path = join(folder, "device.key")
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const seed = (await readIfThere(path)) ?? (await makeSeed(path))
    const signer = signerFromSeed(seed)
    const deviceId = deviceIdOf(signer.publicKey)
    return { device: { accountId, deviceId, signer }, publicKey: toBase64Url(signer.publicKey) }
  } catch (cause) {
    throw new SentinelError("folder", `Cannot open ${path}: ${cause instanceof Error ? cause.message : "unknown"}`, {
      cause,
    })
  }
}

async function makeSeed(path: string): Promise<Uint8Array> {
  const seed = generateSigningSeed()
  await replaceDurable(path, seed)
  return seed
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}
