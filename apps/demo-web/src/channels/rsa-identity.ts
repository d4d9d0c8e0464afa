import { parseSshIdentity } from "@darkslide/crypto/ssh"
import type { ChannelIdentity } from "@darkslide/rooms/channels"

/** A new RSA key of 3,072 bits: pictures are sealed to it as to any `ssh-rsa` key. */
export async function generateRsaIdentity(): Promise<ChannelIdentity> {
  const algorithm = {
    name: "RSA-OAEP",
    hash: "SHA-256",
    modulusLength: 3072,
    publicExponent: Uint8Array.of(1, 0, 1),
  }
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ["encrypt", "decrypt"])
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey))
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(""))
  const lines = base64.match(/.{1,64}/gu) ?? []
  return parseSshIdentity(["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n"))
}
