import { BlockReader } from "../bytes/block-reader.ts"
import { piecesOf, type ByteSource } from "../bytes/byte-source.ts"
import { dearmored, isArmored } from "./armor.ts"
import { payloadNonceBytes } from "./file-key.ts"
import { parseHeader, type HeaderLimits } from "./header.ts"
import { quantumThreat } from "./labels.ts"
import { readHeader } from "./open.ts"
import { sealedChunkBytes } from "./payload.ts"

/** What an age file shows to anyone. Nothing of it is verified: only opening the file does that. */
export interface Inspection {
  readonly version: "age-encryption.org/v1"
  readonly armored: boolean
  readonly stanzas: readonly InspectedStanza[]
  /** Whether a quantum computer, one day, opens what someone records today: `unknown` for kinds that are not known here. */
  readonly quantumThreat: "yes" | "no" | "unknown"
  readonly headerBytes: number
  /** Bytes of nonce and chunks, without armor; absent where the size of the file is not known. */
  readonly payloadBytes?: number
  /** Bytes of the plaintext, if nothing was cut; absent where the size is not known, or no age file has it. */
  readonly plaintextBytes?: number
}

export interface InspectedStanza {
  readonly type: string
  /** Arguments behind the type. */
  readonly args: number
  readonly bodyBytes: number
  /** log2 of scrypt's N, as the stanza asks for it. */
  readonly workFactor?: number
}

export interface InspectOptions {
  readonly limits?: HeaderLimits | undefined
  /** The size of what a stream or iterable gives, where that is known: its payload is then not read. */
  readonly totalBytes?: number | undefined
}

/**
 * Tells what an age file shows without any key. A header alone will do.
 * @param source - A stream or iterable is read as far as its header and then left, an armored one to its end.
 * @throws CryptoError `CRYPTO_MALFORMED`, `CRYPTO_LIMIT_EXCEEDED`
 *
 * @example
 * ```ts
 * const sealed = await seal(new Uint8Array(100), { to: [generateKeyPair().recipient] })
 * const { stanzas, plaintextBytes } = await inspect(sealed)
 * assert.deepEqual(stanzas, [{ type: "X25519", args: 1, bodyBytes: 32 }])
 * assert.equal(plaintextBytes, 100)
 * ```
 */
export async function inspect(
  source: Uint8Array | Blob | ByteSource,
  options: InspectOptions = {},
): Promise<Inspection> {
  const totalBytes =
    source instanceof Blob ? source.size : source instanceof Uint8Array ? source.length : options.totalBytes
  const pieces = source instanceof Blob ? source.stream() : source instanceof Uint8Array ? [source] : source
  const input = new BlockReader(piecesOf(pieces))
  try {
    const start = await input.read(sniffBytes)
    input.unread(start)
    if (!isArmored(start)) {
      const header = await readHeader(input, options.limits)
      return describe(header, false, totalBytes === undefined ? undefined : totalBytes - header.length, options)
    }
    const inner = new BlockReader(dearmored(input.rest()))
    const header = await readHeader(inner, options.limits)
    let payloadBytes = 0
    for await (const piece of inner.rest()) payloadBytes += piece.length
    return describe(header, true, payloadBytes, options)
  } finally {
    await input.close()
  }
}

/** White space before an armor may be as long as this. */
const sniffBytes = 1100

function describe(
  bytes: Uint8Array,
  armored: boolean,
  payloadBytes: number | undefined,
  options: InspectOptions,
): Inspection {
  const { stanzas } = parseHeader(bytes, options.limits)
  const plaintextBytes = payloadBytes === undefined ? undefined : plaintextBytesOf(payloadBytes)
  return {
    version: "age-encryption.org/v1",
    armored,
    stanzas: stanzas.map(({ type, args, body }) => ({
      type,
      args: args.length,
      bodyBytes: body.length,
      ...(type === "scrypt" && /^[1-9][0-9]?$/.test(args[1] ?? "") ? { workFactor: Number(args[1]) } : {}),
    })),
    quantumThreat: quantumThreat(stanzas),
    headerBytes: bytes.length,
    ...(payloadBytes === undefined ? {} : { payloadBytes }),
    ...(plaintextBytes === undefined ? {} : { plaintextBytes }),
  }
}

/** Each chunk adds 16 bytes, and only an empty payload has an empty chunk (age section "Payload"). */
function plaintextBytesOf(payloadBytes: number): number | undefined {
  const sealed = payloadBytes - payloadNonceBytes
  const chunks = Math.ceil(sealed / sealedChunkBytes)
  const plaintext = sealed - 16 * chunks
  const last = sealed - (chunks - 1) * sealedChunkBytes
  return sealed === 16 || (sealed > 16 && last > 16) ? plaintext : undefined
}
