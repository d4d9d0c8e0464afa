/** How figures spread, in words: `p50 40 ms, p95 90 ms, max 120 ms`. */
export function spread(values: readonly number[], unit = ""): string {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (part: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN)
  return `p50 ${at(0.5)}${unit}, p95 ${at(0.95)}${unit}, max ${at(1)}${unit}`
}
