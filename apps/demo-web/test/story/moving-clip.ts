import { open } from "node:fs/promises"

const [width, height] = [320, 240]
const perSecond = 10

/**
 * Writes a clip for the fake camera, which plays it again and again: YUV4MPEG2, a wall of blocks with a sensor's noise, six
 * seconds of nothing, then three in which a bright box goes from left to right.
 */
export async function writeMovingClip(path: string): Promise<void> {
  const file = await open(path, "w")
  const grey = Buffer.alloc((width * height) / 2, 128)
  try {
    await file.write(`YUV4MPEG2 W${width} H${height} F${perSecond}:1 Ip A1:1 C420jpeg\n`)
    for (let frame = 0; frame < 9 * perSecond; frame++) {
      await file.write("FRAME\n")
      await file.write(luma(frame))
      await file.write(grey)
    }
  } finally {
    await file.close()
  }
}

function luma(frame: number): Buffer {
  const boxAt = frame < 6 * perSecond ? undefined : ((frame - 6 * perSecond) * (width - 60)) / (3 * perSecond)
  const plane = Buffer.alloc(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inBox = boxAt !== undefined && x >= boxAt && x < boxAt + 60 && y >= 90 && y < 160
      const wall = 70 + ((((x >> 4) * 7 + (y >> 4) * 13) * 31) % 80)
      plane[y * width + x] = (inBox ? 225 : wall) + ((x * 37 + y * 91 + frame * 53) % 5)
    }
  }
  return plane
}
