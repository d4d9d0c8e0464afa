import type { Facts } from "./truth.ts"

/** Whether a reader's value is exiftool's: numbers to 1e-4 (places to 1e-5 degrees), texts up to white space. */
export function same(fact: string, expected: Facts[string], found: Facts[string] | undefined): boolean {
  if (found === undefined) return false
  if (Array.isArray(expected) || Array.isArray(found)) {
    const [left, right] = [listOf(expected), listOf(found)]
    return left.length === right.length && left.every((item, i) => text(item) === text(right[i] ?? ""))
  }
  if (typeof expected === "number") {
    const number = typeof found === "number" ? found : Number.parseFloat(String(found))
    const least = fact === "GPSLatitude" || fact === "GPSLongitude" ? 1e-5 : 1e-6
    return Math.abs(number - expected) <= Math.max(1e-4 * Math.abs(expected), least)
  }
  if (fact === "DateTimeOriginal") return digits(expected) === digits(found)
  // exiftool prints `?` for bytes that are no UTF-8, where a reader may know ISO 8859-1.
  const [left, right] = [text(String(expected)), text(String(found))]
  return left === right || (left.includes("?") && left === right.replace(/[^\u0020-\u007e]/gu, "?"))
}

function listOf(value: Facts[string]): readonly (string | number)[] {
  return typeof value === "string" || typeof value === "number" ? [value] : value
}

function text(value: string | number): string {
  return String(value)
    .replace(/\0[^]*$/u, "")
    .replace(/\s+/gu, " ")
    .trim()
}

function digits(value: Facts[string]): string {
  return String(value).replace(/\D/gu, "").slice(0, 14)
}
