import { randomBytes } from "@darkslide/crypto"

const codeDigits = 6

/** Six digits: about 20 bits, of which five tries find one in 5,000,000 … times five. */
export function generateCodeDigits(): string {
  return String(new DataView(randomBytes(8).buffer).getBigUint64(0) % 10n ** BigInt(codeDigits)).padStart(
    codeDigits,
    "0",
  )
}

/** `12345-678901`: the alias that the hub knows, and the digits that it does not. */
export function formatCode(alias: string, digits: string): string {
  return `${alias}-${digits}`
}

/** The two parts of a code, as people type it; `undefined` when it cannot be one. */
export function parseCode(code: string): { readonly alias: string; readonly digits: string } | undefined {
  const parts = /^\s*(\d{4,9})[\s-]+(\d{6})\s*$/u.exec(code)
  return parts?.[1] !== undefined && parts[2] !== undefined ? { alias: parts[1], digits: parts[2] } : undefined
}
