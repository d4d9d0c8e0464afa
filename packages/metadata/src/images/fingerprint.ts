import { toBase64Url } from "@darkslide/crypto"
import { rgbaToThumbHash } from "thumbhash"
import type { Size } from "./geometry.ts"

/** What tells pictures apart, or alike, at a glance. Both show the picture, roughly: seal them as the picture is sealed. */
export interface Fingerprint {
  /** Thumbhash, some 25 bytes in base64url: a blurred picture with its shape, colours and transparency. */
  readonly thumbhash: string
  /** Difference hash, 64 bits as 16 hex digits: few bits differ between two versions of one picture. */
  readonly dhash: string
}

/** @param pixels - RGBA, at most 100 by 100. */
export function fingerprintOf(pixels: ArrayLike<number>, size: Size): Fingerprint {
  return { thumbhash: toBase64Url(rgbaToThumbHash(size.width, size.height, pixels)), dhash: dhashOf(pixels, size) }
}

/** How many bits of two difference hashes differ, 0 to 64; up to 10 is likely the same picture. */
export function dhashDistance(a: string, b: string): number {
  let rest = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
  let distance = 0
  for (; rest > 0n; rest &= rest - 1n) distance++
  return distance
}

const columns = 9
const rows = 8

/** Whether each of 9 by 8 grey fields is darker than the one to its right, from the upper left, row by row. */
function dhashOf(pixels: ArrayLike<number>, size: Size): string {
  let bits = 0n
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns - 1; column++) {
      const darker = grey(pixels, size, column, row) < grey(pixels, size, column + 1, row)
      bits = (bits << 1n) | (darker ? 1n : 0n)
    }
  return bits.toString(16).padStart(16, "0")
}

/** The mean of one field, over white. */
function grey(pixels: ArrayLike<number>, { width, height }: Size, column: number, row: number): number {
  const [left, right] = [Math.floor((column * width) / columns), Math.ceil(((column + 1) * width) / columns)]
  const [top, bottom] = [Math.floor((row * height) / rows), Math.ceil(((row + 1) * height) / rows)]
  let sum = 0
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const at = (y * width + x) * 4
      const luma = 0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0)
      const alpha = (pixels[at + 3] ?? 0) / 255
      sum += luma * alpha + 255 * (1 - alpha)
    }
  return sum / ((right - left) * (bottom - top))
}
