/** A detector beside ours: told each frame, answers whether something moves. */
export interface Detector {
  push(luma: Uint8Array, width: number, height: number): boolean
}

/** What most camera pages do: two frames at 64 x 48, pixels that differ by more than 32, sixteen of them. */
export function frameDifference(): Detector {
  const [columns, rows] = [64, 48]
  let before: Uint8Array | undefined
  return {
    push(luma, width, height) {
      const now = new Uint8Array(columns * rows)
      for (let row = 0, i = 0; row < rows; row++)
        for (let column = 0; column < columns; column++, i++)
          now[i] = luma[Math.floor((row * height) / rows) * width + Math.floor((column * width) / columns)]!
      let changed = 0
      if (before) for (let i = 0; i < now.length; i++) if (Math.abs(now[i]! - before[i]!) > 32) changed++
      before = now
      return changed >= 16
    },
  }
}

const modes = 5

/**
 * Zivkovic's adaptive mixture (ICPR 2004; Pattern Recognition Letters 2006) with the defaults of OpenCV's
 * BackgroundSubtractorMOG2 (history 500, threshold 16, five modes, no shadows) on 160 x 90 cells, then what its users
 * add: opening by 3 x 3, parts of at least six cells, two of three frames.
 */
export function mog2(): Detector {
  let model: Mog2 | undefined
  const recent = [false, false, false]
  return {
    push(luma, width, height) {
      const cell = Math.max(1, Math.round(width / 160))
      const [columns, rows] = [Math.floor(width / cell), Math.floor(height / cell)]
      const cells = new Float32Array(columns * rows)
      for (let row = 0, i = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++, i++) {
          let sum = 0
          for (let y = 0; y < cell; y++)
            for (let x = 0; x < cell; x++) sum += luma[(row * cell + y) * width + column * cell + x]!
          cells[i] = sum / (cell * cell)
        }
      }
      model ??= new Mog2(cells.length)
      const open = dilate(erode(model.step(cells), columns, rows), columns, rows)
      recent.shift()
      recent.push(largestPart(open, columns, rows) >= 6)
      return recent[2]! && (recent[0]! || recent[1]!)
    },
  }
}

class Mog2 {
  readonly #weight: Float32Array
  readonly #mean: Float32Array
  readonly #variance: Float32Array
  readonly #used: Uint8Array
  #frames = 0

  constructor(count: number) {
    this.#weight = new Float32Array(count * modes)
    this.#mean = new Float32Array(count * modes)
    this.#variance = new Float32Array(count * modes)
    this.#used = new Uint8Array(count)
  }

  step(cells: Float32Array): Uint8Array {
    const foreground = new Uint8Array(cells.length)
    this.#frames++
    const alpha = 1 / Math.min(2 * this.#frames, 500)
    const prune = -alpha * 0.05
    const [weight, mean, variance, used] = [this.#weight, this.#mean, this.#variance, this.#used]
    for (let i = 0; i < cells.length; i++) {
      const base = i * modes
      const value = cells[i]!
      let [fits, background, total] = [false, false, 0]
      for (let mode = 0; mode < used[i]!; mode++) {
        let m = base + mode
        let share = (1 - alpha) * weight[m]! + prune
        if (!fits) {
          const away = mean[m]! - value
          const squared = away * away
          if (total < 0.9 && squared < 16 * variance[m]!) background = true
          if (squared < 9 * variance[m]!) {
            fits = true
            share += alpha
            const k = alpha / share
            mean[m]! -= k * away
            variance[m] = Math.min(75, Math.max(4, variance[m]! + k * (squared - variance[m]!)))
            for (; m > base && share >= weight[m - 1]!; m--) this.#swap(m, m - 1)
          }
        }
        if (share < -prune) {
          share = 0
          used[i]!--
        }
        weight[m] = share
        total += share
      }
      for (let mode = 0; mode < used[i]!; mode++) weight[base + mode]! /= total
      if (!fits) {
        const mode = modes === used[i] ? modes - 1 : used[i]!++
        let m = base + mode
        if (used[i] === 1) weight[m] = 1
        else {
          weight[m] = alpha
          for (let other = 0; other < used[i]! - 1; other++) weight[base + other]! *= 1 - alpha
        }
        mean[m] = value
        variance[m] = 15
        for (; m > base && alpha >= weight[m - 1]!; m--) this.#swap(m, m - 1)
      }
      foreground[i] = background ? 0 : 1
    }
    return foreground
  }

  #swap(a: number, b: number): void {
    for (const part of [this.#weight, this.#mean, this.#variance]) [part[a], part[b]] = [part[b]!, part[a]!]
  }
}

function erode(mask: Uint8Array, columns: number, rows: number): Uint8Array {
  return around(mask, columns, rows, (sum, count) => sum === count)
}

function dilate(mask: Uint8Array, columns: number, rows: number): Uint8Array {
  return around(mask, columns, rows, (sum) => sum > 0)
}

function around(
  mask: Uint8Array,
  columns: number,
  rows: number,
  set: (sum: number, count: number) => boolean,
): Uint8Array {
  const result = new Uint8Array(mask.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let [sum, count] = [0, 0]
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          sum += mask[y * columns + x]!
          count++
        }
      }
      if (set(sum, count)) result[row * columns + column] = 1
    }
  }
  return result
}

function largestPart(mask: Uint8Array, columns: number, rows: number): number {
  const left = Uint8Array.from(mask)
  let largest = 0
  for (let start = 0; start < left.length; start++) {
    if (left[start] === 0) continue
    const cells = [start]
    left[start] = 0
    for (let next = 0; next < cells.length; next++) {
      const [row, column] = [Math.floor(cells[next]! / columns), cells[next]! % columns]
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          const near = y * columns + x
          if (left[near] === 0) continue
          left[near] = 0
          cells.push(near)
        }
      }
    }
    largest = Math.max(largest, cells.length)
  }
  return largest
}
