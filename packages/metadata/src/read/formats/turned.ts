/**
 * Orientations 1 to 8 as matrices that carry a stored pixel to where it is seen: `[a, b, c, d]` for x' = ax + by,
 * y' = cx + dy, with y downwards.
 */
const matrices: readonly (readonly [number, number, number, number])[] = [
  [1, 0, 0, 1],
  [-1, 0, 0, 1],
  [-1, 0, 0, -1],
  [1, 0, 0, -1],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, -1, -1, 0],
  [0, 1, -1, 0],
]

/**
 * The orientation after one more step: `irot` turns anticlockwise by 90 degrees times its value; `imir` flips top and
 * bottom at 0, left and right at 1 (ISO/IEC 23008-12 sections 6.5.10 and 6.5.12).
 */
export function turned(orientation: number, step: "irot" | "imir", value: number): number {
  const [flip, anticlockwise, half, clockwise] = [value & 1 ? 2 : 4, 8, 3, 6]
  const by = step === "imir" ? flip : ([1, anticlockwise, half, clockwise][value & 3] ?? 1)
  const [first, second] = [matrices[orientation - 1] ?? [1, 0, 0, 1], matrices[by - 1] ?? [1, 0, 0, 1]]
  const [a, b, c, d] = first
  const [e, f, g, h] = second
  const product = [e * a + f * c, e * b + f * d, g * a + h * c, g * b + h * d]
  return matrices.findIndex((matrix) => matrix.every((value, i) => value === product[i])) + 1
}
