/** Size of the picture in cells: about 160 x 90, whatever the camera gives. */
export interface GridSize {
  readonly columns: number
  readonly rows: number
  /** Pixels along one side of a cell. */
  readonly cellPixels: number
}

const targetColumns = 160
const targetRows = 90

/**
 * Cells are square and of whole pixels, an even number each way; what is left over at the right and bottom edge is not
 * looked at.
 */
export function gridOf(width: number, height: number): GridSize {
  const cellPixels = Math.max(1, Math.round(Math.max(width / targetColumns, height / targetRows)))
  return { columns: (width / cellPixels) & ~1, rows: (height / cellPixels) & ~1, cellPixels }
}

/**
 * Averages each cell of a luma plane into `cells`. Four rows and four columns of a cell are read, evenly spread: sixteen
 * pixels quiet the sensor's noise four times, and reading all 64 of an 8 x 8 cell would cost four times as much.
 */
export function shrinkLuma(luma: Uint8Array, stride: number, grid: GridSize, cells: Float32Array): void {
  const { columns, rows, cellPixels } = grid
  const [p = 0, q = 0, r = 0, s = 0] = [0.5, 1.5, 2.5, 3.5].map((tap) => Math.floor((tap * cellPixels) / 4))
  for (let row = 0, cell = 0; row < rows; row++) {
    let a = (row * cellPixels + p) * stride
    const [toB, toC, toD] = [(q - p) * stride, (r - p) * stride, (s - p) * stride]
    for (let column = 0; column < columns; column++, cell++, a += cellPixels) {
      const b = a + toB
      const c = a + toC
      const d = a + toD
      // Unrolled: this is the one loop over the picture itself.
      cells[cell] =
        (luma[a + p]! +
          luma[a + q]! +
          luma[a + r]! +
          luma[a + s]! +
          luma[b + p]! +
          luma[b + q]! +
          luma[b + r]! +
          luma[b + s]! +
          luma[c + p]! +
          luma[c + q]! +
          luma[c + r]! +
          luma[c + s]! +
          luma[d + p]! +
          luma[d + q]! +
          luma[d + r]! +
          luma[d + s]!) /
        16
    }
  }
}
