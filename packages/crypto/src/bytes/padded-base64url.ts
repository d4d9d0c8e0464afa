import { nodeBuffer } from "../native.ts"

/** base64url with padding (RFC 4648 section 5), by the platform: for texts of megabytes. */
export function toPaddedBase64Url(bytes: Uint8Array): string {
  const native = nodeBuffer()
  if (native) {
    const text = native.Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64url")
    return text + "=".repeat(-text.length & 3)
  }
  let letters = ""
  for (let offset = 0; offset < bytes.length; offset += 8192)
    letters += String.fromCharCode(...bytes.subarray(offset, offset + 8192))
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_")
}

/** @returns `undefined` unless `text` is canonical: padded, of the alphabet alone, unused bits zero. */
export function fromPaddedBase64Url(text: string): Uint8Array | undefined {
  const bytes = decodeLeniently(text)
  // The platform's decoders skip what they do not know: only what encodes to the same text again was canonical.
  return bytes && toPaddedBase64Url(bytes) === text ? bytes : undefined
}

function decodeLeniently(text: string): Uint8Array | undefined {
  const native = nodeBuffer()
  if (native) return native.Buffer.from(text, "base64url")
  let letters: string
  try {
    letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
  } catch {
    // Not base64 of any kind.
    return undefined
  }
  const bytes = new Uint8Array(letters.length)
  for (let index = 0; index < letters.length; index++) bytes[index] = letters.charCodeAt(index)
  return bytes
}
