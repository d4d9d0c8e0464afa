/** Size of the picture in cells: about 108 x 60, whatever the camera gives. */
export interface GridSize {
  readonly columns: number
  readonly rows: number
  /** Pixels along one side of a cell. */
  readonly cellPixels: number
}

const targetColumns = 108
const targetRows = 60

/** The pixels of a word, and the least along a side of a cell. */
const wordPixels = 4

/**
 * Cells are square and of whole pixels, an even number each way; what is left over at the right and bottom edge is not
 * looked at.
 */
export function gridOf(width: number, height: number): GridSize {
  const cellPixels = Math.max(wordPixels, Math.round(Math.max(width / targetColumns, height / targetRows)))
  return { columns: (width / cellPixels) & ~1, rows: (height / cellPixels) & ~1, cellPixels }
}

/**
 * Averages each cell of a luma plane into `cells`. Sixteen pixels of a cell quiet the sensor's noise four times; read as
 * four words, left and right by turns from top to bottom, they are a quarter of the work of sixteen bytes.
 */
export function shrinkLuma(luma: Uint8Array, stride: number, grid: GridSize, cells: Float32Array): void {
  const { columns, cellPixels } = grid
  // A DataView reads words wherever they begin, and their bytes in the same order on every machine.
  const words = new DataView(luma.buffer, luma.byteOffset)
  const [a, b, c, d] = [0, 1, 2, 3].map(
    (word) => (((word + 0.5) * cellPixels) >> 2) * stride + (word & 1) * (cellPixels - wordPixels),
  )
  for (let cell = 0, row = 0; cell < cells.length; row += cellPixels * stride) {
    let at = row
    for (const end = cell + columns; cell < end; cell++, at += cellPixels) {
      const sum =
        inTwo(words.getInt32(at + a!, true)) +
        inTwo(words.getInt32(at + b!, true)) +
        inTwo(words.getInt32(at + c!, true)) +
        inTwo(words.getInt32(at + d!, true))
      cells[cell] = ((sum & 0xffff) + (sum >>> 16)) / 16
    }
  }
}

/** The sum of a word's pixels, half of it in each half of a word: so that several can be added at once. */
function inTwo(word: number): number {
  return (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff)
}
