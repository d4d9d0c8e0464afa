import { open } from "node:fs/promises"

/**
 * Writes a clip for the fake camera: YUV4MPEG2, 640 x 480, ten frames of blocks in colours that no other picture has.
 * The seed makes it reproducible.
 */
export async function writeTestClip(path: string, seed: number): Promise<void> {
  const [width, height] = [640, 480]
  const file = await open(path, "w")
  try {
    await file.write(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`)
    for (let frame = 0; frame < 10; frame++) {
      await file.write("FRAME\n")
      await file.write(plane(width, height, 16, seed))
      await file.write(plane(width / 2, height / 2, 8, seed + 1))
      await file.write(plane(width / 2, height / 2, 8, seed + 2))
    }
  } finally {
    await file.close()
  }
}

/** Blocks of random levels between 40 and 215. */
function plane(width: number, height: number, block: number, seed: number): Buffer {
  const columns = Math.ceil(width / block)
  const levels = Array.from({ length: columns * Math.ceil(height / block) }, (_, i) => 40 + (hash(i, seed) % 176))
  return Buffer.from(
    Array.from({ length: width * height }, (_, i) => {
      const column = Math.floor((i % width) / block)
      const row = Math.floor(Math.floor(i / width) / block)
      return levels[row * columns + column] ?? 0
    }),
  )
}

/** A 32-bit mix (Murmur3's finaliser): a picture needs spread, not secrecy. */
function hash(value: number, seed: number): number {
  let mixed = Math.imul(value + 1, 0x9e3779b1) ^ seed
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
