import { latin1, u32 } from "../bytes.ts"

/** Of sRGB's primaries, adapted to D50: twice the area of their triangle in xy. */
const srgbArea = triangle([
  [0.4361, 0.2225, 0.0139],
  [0.3851, 0.7169, 0.0971],
  [0.1431, 0.0606, 0.7141],
])

/** Whether an RGB profile's primaries (ICC.1:2022 section 9.2.44 and others) span clearly more than sRGB's. */
export function isWideGamut(profile: Uint8Array): boolean {
  if (profile.length < 132 || latin1(profile, 16, 4) !== "RGB ") return false
  const colorants = ["rXYZ", "gXYZ", "bXYZ"].map((name) => colorant(profile, name))
  const [red, green, blue] = colorants
  return red !== undefined && green !== undefined && blue !== undefined && triangle([red, green, blue]) > srgbArea * 1.1
}

type Xyz = readonly [number, number, number]

function colorant(profile: Uint8Array, name: string): Xyz | undefined {
  const count = Math.min(u32(profile, 128), 100)
  for (let i = 0; i < count; i++) {
    const at = 132 + i * 12
    if (latin1(profile, at, 4) !== name) continue
    const offset = u32(profile, at + 4)
    if (offset + 20 > profile.length || latin1(profile, offset, 4) !== "XYZ ") return undefined
    // s15Fixed16Number
    const value = (place: number): number => (u32(profile, offset + 8 + place * 4) | 0) / 65_536
    return [value(0), value(1), value(2)]
  }
  return undefined
}

function triangle(primaries: readonly [Xyz, Xyz, Xyz]): number {
  const [a, b, c] = primaries.map(([x, y, z]) => [x / (x + y + z), y / (x + y + z)] as const)
  if (!a || !b || !c) return 0
  return Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]))
}
