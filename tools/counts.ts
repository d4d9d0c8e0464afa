/** How the tests of one project, set or step ended. */
export interface Counts {
  readonly name: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** The closing line of a project, such as `node: 12 passed, 0 failed, 1 skipped`. */
export function countsLine({ name, passed, failed, skipped }: Counts): string {
  return `${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`
}
