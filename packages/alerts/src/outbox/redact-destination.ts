/**
 * A destination as a log may show it: enough to recognise one's own, too little to use. The first letter and the domain
 * of a mail address, the origin of a URL, four characters of anything else.
 *
 * @example
 * ```ts
 * assert.equal(redactDestination("robin@example.org"), "r…@example.org")
 * assert.equal(redactDestination("https://hooks.example.org/T0/secret"), "https://hooks.example.org/…")
 * ```
 */
export function redactDestination(destination: string): string {
  if (/^https?:/iu.test(destination) && URL.canParse(destination)) return `${new URL(destination).origin}/…`
  const at = destination.lastIndexOf("@")
  if (at > 0 && !destination.startsWith("{")) return `${destination.slice(0, 1)}…${destination.slice(at)}`
  const endpoint = /"endpoint":"(https:\/\/[^/"]+)/u.exec(destination)?.[1]
  return endpoint === undefined ? `${destination.slice(0, 4)}…` : `${endpoint}/…`
}
