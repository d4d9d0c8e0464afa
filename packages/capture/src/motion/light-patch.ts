import type { Component } from "./components.ts"

const leastPairs = 24
const leastCorrelation = 0.6

/**
 * Whether a part of the picture is the background in another light: its slopes from cell to cell are still the
 * background's. Where the background has no texture there is nothing to tell it by.
 */
export function isLightPatch(
  { cells: component }: Pick<Component, "cells">,
  inside: Uint8Array,
  cells: Float32Array,
  expected: Float32Array,
  noise: Float32Array,
  columns: number,
): boolean {
  let [before, now, both, noisy, pairs] = [0, 0, 0, 0, 0]
  for (const cell of component) {
    for (const near of [cell + 1, cell + columns]) {
      if (near >= inside.length || inside[near] === 0) continue
      const was = expected[near]! - expected[cell]!
      const is = cells[near]! - cells[cell]!
      const deviation = noise[cell]!
      before += was * was
      now += is * is
      both += was * is
      noisy += deviation * deviation
      pairs++
    }
  }
  if (pairs < leastPairs || before < 2 * noisy) return false
  return both > 0 && both * both > leastCorrelation * leastCorrelation * before * now
}
