/** The day of a time, in UTC: `2026-11-20`. All that the server keeps of when something was stored. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
