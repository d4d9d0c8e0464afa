import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  generateKeyPair,
  isDarkslideError,
  open,
  openStream,
  seal,
  sealedPayloadBytes,
  sealStream,
  splitFile,
} from "@darkslide/crypto"

const me = generateKeyPair()
/** Sizes around the edges of chunks, where a stream goes wrong if it does. */
const sizes = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.constantFrom(65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 200_000),
)
const pieces = fc.oneof(fc.integer({ min: 1, max: 70_000 }), fc.constantFrom(65_536, 65_552, 1 << 20))

describe("age files", () => {
  test("open() gives back what seal() took, and its size is the one foretold", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const plaintext = pattern(size)
        const sealed = await seal(plaintext, { to: [me.recipient] })
        expect(splitFile(sealed).payload.length).toBe(sealedPayloadBytes(size))
        expect(Buffer.compare(await open(sealed, { with: [me] }), plaintext)).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  test("sealStream() and openStream() take the input in any pieces", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, pieces, pieces, async (size, sealPiece, openPiece) => {
        const plaintext = pattern(size)
        const sealed = await collect(cut(plaintext, sealPiece).pipeThrough(sealStream({ to: [me.recipient] })))
        const opened = await collect(cut(sealed, openPiece).pipeThrough(openStream({ with: [me] })))
        expect(Buffer.compare(opened, plaintext)).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  test("any flipped bit is refused, whole and streamed, and no wrong byte is released", async () => {
    const plaintext = pattern(131_100)
    const sealed = await seal(plaintext, { to: [me.recipient] })
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
        const broken = sealed.slice()
        broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        await expect(open(broken, { with: [me] })).rejects.toSatisfy(isDarkslideError)
        const released: Uint8Array[] = []
        const reading = async () => {
          for await (const chunk of cut(broken, 10_000).pipeThrough(openStream({ with: [me] }))) released.push(chunk)
        }
        await expect(reading()).rejects.toSatisfy(isDarkslideError)
        const bytes = Buffer.concat(released)
        expect(Buffer.compare(bytes, plaintext.subarray(0, bytes.length))).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  test("any cut and any appended byte is refused", async () => {
    const sealed = await seal(pattern(70_000), { to: [me.recipient] })
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), async (length) => {
        await expect(open(sealed.slice(0, length), { with: [me] })).rejects.toSatisfy(isDarkslideError)
      }),
      { numRuns: 200 },
    )
    for (const more of [1, 15, 16, 17, 65_552]) {
      const longer = Buffer.concat([sealed, new Uint8Array(more)])
      await expect(open(longer, { with: [me] })).rejects.toSatisfy((error) =>
        isDarkslideError(error, "CRYPTO_AUTHENTICATION_FAILED"),
      )
    }
  })

  test("arbitrary bytes never throw anything but a CryptoError", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, withMagic) => {
        const file = withMagic ? Buffer.concat([Buffer.from("age-encryption.org/v1\n"), bytes]) : bytes
        await expect(open(new Uint8Array(file), { with: [me] })).rejects.toSatisfy(isDarkslideError)
      }),
      { numRuns: 500 },
    )
  })
})

function pattern(size: number): Uint8Array {
  return new Uint8Array(size).map((_, i) => (i * 31 + (i >> 8)) & 0xff)
}

function cut(bytes: Uint8Array, pieceBytes: number): ReadableStream<Uint8Array> {
  let offset = 0
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close()
      controller.enqueue(bytes.subarray(offset, (offset += pieceBytes)))
    },
  })
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
