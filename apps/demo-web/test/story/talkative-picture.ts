type Entry = readonly [tag: number, type: number, count: number, value: Buffer]

/** A JPEG with EXIF (TIFF 6.0, Exif 3.0) put behind its first marker: camera, exposure, time, place and a title. */
export function withExif(jpeg: Buffer): Buffer {
  const base = 8
  const root = (exifAt: number, gpsAt: number): readonly Entry[] => [
    [0x010e, 2, 0, text("Harbour in the morning")],
    [0x010f, 2, 0, text("Canon")],
    [0x0110, 2, 0, text("Canon EOS R6")],
    [0x0131, 2, 0, text("Lightroom 13")],
    [0x013b, 2, 0, text("Ada")],
    [0x8298, 2, 0, text("Ada, all rights reserved")],
    [0x8769, 4, 1, long(exifAt)],
    [0x8825, 4, 1, long(gpsAt)],
  ]
  const exif: readonly Entry[] = [
    [0x829a, 5, 1, ratios([1, 250])],
    [0x829d, 5, 1, ratios([56, 10])],
    [0x8827, 3, 1, Buffer.from([0, 200, 0, 0])],
    [0x9003, 2, 0, text("2026:11:19 08:14:30")],
    [0x9011, 2, 0, text("+01:00")],
    [0x920a, 5, 1, ratios([70, 1])],
    [0xa434, 2, 0, text("RF24-105mm F4 L IS USM")],
  ]
  const gps: readonly Entry[] = [
    [1, 2, 2, text("N")],
    [2, 5, 3, ratios([53, 1], [32, 1], [3556, 100])],
    [3, 2, 2, text("E")],
    [4, 5, 3, ratios([9, 1], [59, 1], [1554, 100])],
    [6, 5, 1, ratios([124, 10])],
  ]
  const exifAt = base + directory(root(0, 0), base).length
  const gpsAt = exifAt + directory(exif, exifAt).length
  const header = Buffer.from("MM\0*\0\0\0\u0008", "latin1")
  const tiff = Buffer.concat([
    header,
    directory(root(exifAt, gpsAt), base),
    directory(exif, exifAt),
    directory(gps, gpsAt),
  ])
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 0]), Buffer.from("Exif\0\0", "latin1"), tiff])
  segment.writeUInt16BE(segment.length - 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)])
}

/** The entries of one directory and, behind them, the values that do not fit into four bytes. */
function directory(entries: readonly Entry[], at: number): Buffer {
  const head = Buffer.alloc(2 + 12 * entries.length + 4)
  head.writeUInt16BE(entries.length)
  const values: Buffer[] = []
  let next = at + head.length
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const to = 2 + 12 * index
    head.writeUInt16BE(tag, to)
    head.writeUInt16BE(type, to + 2)
    head.writeUInt32BE(type === 2 ? value.length : count, to + 4)
    if (value.length <= 4) value.copy(head, to + 8)
    else {
      head.writeUInt32BE(next, to + 8)
      const even = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)])
      values.push(even)
      next += even.length
    }
  }
  return Buffer.concat([head, ...values])
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`, "latin1")

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function ratios(...pairs: readonly (readonly [number, number])[]): Buffer {
  return Buffer.concat(pairs.flat().map(long))
}
