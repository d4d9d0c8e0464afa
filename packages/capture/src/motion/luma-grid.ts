/** Size of the picture in cells: about 160 x 90, whatever the camera gives. */
export interface GridSize {
  readonly columns: number
  readonly rows: number
  /** Pixels along one side of a cell. */
  readonly cellPixels: number
}

const targetColumns = 160
const targetRows = 90

/** Cells are square and of whole pixels; what is left over at the right and bottom edge is not looked at. */
export function gridOf(width: number, height: number): GridSize {
  const cellPixels = Math.max(1, Math.round(Math.max(width / targetColumns, height / targetRows)))
  return { columns: Math.floor(width / cellPixels), rows: Math.floor(height / cellPixels), cellPixels }
}

/**
 * Averages each cell of a luma plane into `cells`. Up to four rows and four columns of a cell are read, evenly spread:
 * sixteen pixels quiet the sensor's noise four times, and reading all 64 of an 8 x 8 cell would cost four times as much.
 */
export function shrinkLuma(luma: Uint8Array, stride: number, grid: GridSize, cells: Float32Array): void {
  const { columns, rows, cellPixels } = grid
  if (cellPixels === 8) return shrinkEights(luma, stride, grid, cells)
  const taps = Math.min(4, cellPixels)
  const offsets = Array.from({ length: taps }, (_, tap) => Math.floor(((tap + 0.5) * cellPixels) / taps))
  const scale = 1 / (taps * taps)
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      let sum = 0
      for (const dy of offsets) {
        const line = (row * cellPixels + dy) * stride + column * cellPixels
        for (const dx of offsets) sum += luma[line + dx]!
      }
      cells[cell] = sum * scale
    }
  }
}

/** The same sums for cells of 8 pixels, which 1280 x 720 gives: offsets 1, 3, 5, 7, unrolled. */
function shrinkEights(luma: Uint8Array, stride: number, grid: GridSize, cells: Float32Array): void {
  const { columns, rows } = grid
  for (let row = 0, cell = 0; row < rows; row++) {
    let a = (row * 8 + 1) * stride
    let b = a + 2 * stride
    let c = b + 2 * stride
    let d = c + 2 * stride
    for (let column = 0; column < columns; column++, cell++, a += 8, b += 8, c += 8, d += 8) {
      cells[cell] =
        (luma[a + 1]! +
          luma[a + 3]! +
          luma[a + 5]! +
          luma[a + 7]! +
          luma[b + 1]! +
          luma[b + 3]! +
          luma[b + 5]! +
          luma[b + 7]! +
          luma[c + 1]! +
          luma[c + 3]! +
          luma[c + 5]! +
          luma[c + 7]! +
          luma[d + 1]! +
          luma[d + 3]! +
          luma[d + 5]! +
          luma[d + 7]!) *
        0.0625
    }
  }
}
