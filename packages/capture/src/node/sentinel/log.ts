/** Tells what happens: one JSON line each. Never a picture, a key, or an address with a password. */
export type Log = (event: string, facts?: Readonly<Record<string, unknown>>) => void

export function lineLog(write: (line: string) => void): Log {
  return (event, facts = {}) => write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`)
}
