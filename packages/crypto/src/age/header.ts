import { hmac } from "@noble/hashes/hmac.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { fromBase64, toBase64 } from "../bytes/base64.ts"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { fileKeyBytes, headerMacKey } from "./file-key.ts"
import { checkLabels } from "./labels.ts"
import type { Identity, Recipient, Stanza } from "./recipient.ts"

/** What a header may ask of its reader. */
export interface HeaderLimits {
  /** Default 1 MiB. */
  readonly maxHeaderBytes?: number | undefined
  /** Default 1,000. */
  readonly maxStanzas?: number | undefined
}

/** A header that was read but not yet opened: its MAC is only known to hold once the file key is. */
export interface Header {
  readonly stanzas: readonly Stanza[]
  readonly mac: Uint8Array
  /** The bytes that the MAC covers: up to and including `---`, as they were read. */
  readonly macInput: Uint8Array
}

const versionLine = "age-encryption.org/v1"
const lineBytes = 48
const lineColumns = 64
const newline = 0x0a

/**
 * Makes an age header for a file key (age section "Header").
 * @throws RangeError when `to` is empty; TypeError when a recipient gives no stanza, when labels differ (a post-quantum
 * recipient beside a classical one), or scrypt stands beside others.
 */
export async function sealHeader(fileKey: Uint8Array, options: { to: readonly Recipient[] }): Promise<Uint8Array> {
  if (options.to.length === 0) throw new RangeError("to must name at least one recipient")
  if (fileKey.length !== fileKeyBytes) throw new RangeError(`a file key has ${fileKeyBytes} bytes`)
  checkLabels(options.to.map((recipient) => recipient.labels ?? []))
  return formatHeader(fileKey, await wrapForAll(fileKey, options.to))
}

/** What all of `to` make of a file key, in their order. */
export async function wrapForAll(fileKey: Uint8Array, to: readonly Recipient[]): Promise<readonly Stanza[]> {
  const wrapped = await Promise.all(to.map((recipient) => recipient.wrap(fileKey.slice())))
  if (wrapped.some((list) => list.length === 0)) throw new TypeError("a recipient gave no stanza")
  return wrapped.flat()
}

/**
 * A header of these stanzas, with its MAC.
 * @throws TypeError when scrypt stands beside others, or a stanza cannot be written.
 */
export function formatHeader(fileKey: Uint8Array, stanzas: readonly Stanza[]): Uint8Array {
  if (stanzas.length > 1 && stanzas.some(isPassphrase))
    throw new TypeError("a passphrase must be the only recipient of a file")
  const macInput = toUtf8(`${versionLine}\n${stanzas.map(formatStanza).join("")}---`)
  return concatBytes(macInput, toUtf8(` ${toBase64(macOf(fileKey, macInput))}\n`))
}

/**
 * Finds the file key in a header, and checks the header's MAC with it.
 * @param bytes - The header alone, up to and including the line feed after the MAC.
 * @throws CryptoError `CRYPTO_MALFORMED`, `CRYPTO_LIMIT_EXCEEDED`, `CRYPTO_NO_IDENTITY_MATCHED`,
 * `CRYPTO_AUTHENTICATION_FAILED`
 */
export async function openHeader(
  bytes: Uint8Array,
  options: { with: readonly Identity[]; limits?: HeaderLimits | undefined },
): Promise<Uint8Array> {
  const length = headerLength(bytes, options.limits)
  if (length !== bytes.length) throw malformed(length === undefined ? "no end" : "bytes after its end")
  const header = parseHeader(bytes, options.limits)
  for (const identity of options.with) {
    const fileKey = await identity.unwrap(header.stanzas)
    if (!fileKey) continue
    if (fileKey.length !== fileKeyBytes) throw malformed(`file key of ${fileKey.length} bytes`)
    if (!equalConstantTime(macOf(fileKey, header.macInput), header.mac))
      throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", "Cannot open header: MAC does not hold")
    return fileKey
  }
  throw new CryptoError(
    "CRYPTO_NO_IDENTITY_MATCHED",
    `Cannot open sealed file: no identity matched ${header.stanzas.length} stanzas`,
  )
}

/**
 * Where the header at the start of `bytes` ends, or `undefined` when more bytes are needed to tell.
 * @throws CryptoError as soon as the bytes cannot become a header any more.
 */
export function headerLength(bytes: Uint8Array, limits: HeaderLimits = {}): number | undefined {
  const { maxHeaderBytes = 1 << 20 } = limits
  const version = toUtf8(`${versionLine}\n`)
  const start = bytes.subarray(0, version.length)
  if (!equalConstantTime(start, version.subarray(0, start.length))) throw malformed("not an age v1 file")
  let line = version.length
  while (line < bytes.length) {
    if (line > maxHeaderBytes)
      throw new CryptoError("CRYPTO_LIMIT_EXCEEDED", `Cannot read header: longer than ${maxHeaderBytes} bytes`)
    const end = bytes.indexOf(newline, line)
    if (end === -1) break
    // Only the MAC line starts with "---": stanza lines start with "-> ", and "-" is no letter of their bodies.
    if (bytes[line] === 0x2d && bytes[line + 1] === 0x2d) return end + 1
    line = end + 1
  }
  if (bytes.length > maxHeaderBytes)
    throw new CryptoError("CRYPTO_LIMIT_EXCEEDED", `Cannot read header: longer than ${maxHeaderBytes} bytes`)
  return undefined
}

/**
 * Reads a whole header, strictly: one encoding per header.
 * @throws CryptoError `CRYPTO_MALFORMED`, `CRYPTO_LIMIT_EXCEEDED`
 */
export function parseHeader(bytes: Uint8Array, limits: HeaderLimits = {}): Header {
  const { maxStanzas = 1000 } = limits
  const lines = decodeLines(bytes)
  if (lines.shift() !== versionLine) throw malformed("not an age v1 file")
  const stanzas: Stanza[] = []
  while (lines[0]?.startsWith("-> ")) {
    if (stanzas.length === maxStanzas)
      throw new CryptoError("CRYPTO_LIMIT_EXCEEDED", `Cannot read header: more than ${maxStanzas} stanzas`)
    stanzas.push(takeStanza(lines))
  }
  const [macLine, ...more] = lines
  const mac = /^--- ([A-Za-z0-9+/]{43})$/.exec(macLine ?? "")?.[1]
  if (mac === undefined || more.length > 0) throw malformed("bad MAC line")
  if (stanzas.length === 0) throw malformed("no stanza")
  if (stanzas.length > 1 && stanzas.some(isPassphrase)) throw malformed("a passphrase beside other recipients")
  return { stanzas, mac: fromBase64(mac, 32), macInput: bytes.subarray(0, bytes.length - mac.length - 2) }
}

function decodeLines(bytes: Uint8Array): string[] {
  for (const byte of bytes)
    if (byte !== newline && (byte < 0x20 || byte > 0x7e)) throw malformed("a byte that is no printable ASCII")
  const lines = new TextDecoder().decode(bytes).split("\n")
  if (lines.pop() !== "") throw malformed("no line feed at its end")
  return lines
}

/** Takes one stanza off the front of `lines`: `-> type args…`, full lines of 64 columns, and a last shorter one. */
function takeStanza(lines: string[]): Stanza {
  const [type, ...args] = (lines.shift() ?? "").slice(3).split(" ")
  if (!type || args.includes("")) throw malformed("an empty stanza argument")
  let body = ""
  for (;;) {
    const line = lines.shift()
    if (line === undefined || line.length > lineColumns || line.startsWith("-")) throw malformed("a stanza without end")
    body += line
    if (line.length < lineColumns) return { type, args, body: fromBase64(body) }
  }
}

function formatStanza(stanza: Stanza): string {
  const fields = [stanza.type, ...stanza.args]
  if (!fields.every((field) => /^[\x21-\x7e]+$/.test(field)))
    throw new TypeError("a stanza's type and arguments must be printable ASCII without spaces")
  const lines = []
  for (let offset = 0; offset <= stanza.body.length; offset += lineBytes)
    lines.push(`${toBase64(stanza.body.subarray(offset, offset + lineBytes))}\n`)
  return `-> ${fields.join(" ")}\n${lines.join("")}`
}

function isPassphrase(stanza: Stanza): boolean {
  return stanza.type === "scrypt"
}

function macOf(fileKey: Uint8Array, macInput: Uint8Array): Uint8Array {
  return hmac(sha256, headerMacKey(fileKey), macInput)
}

function malformed(what: string): CryptoError {
  return new CryptoError("CRYPTO_MALFORMED", `Cannot read header: ${what}`)
}
