import { domainToASCII } from "node:url"
import { AlertsError } from "../../errors.ts"

const maxLocalCharacters = 64
const maxCharacters = 254

/**
 * Checks that a text is one plain address: no display name, list, comment, quoting or route, which mail libraries read
 * in more ways than one. The domain comes back in ASCII.
 * @throws AlertsError with `ALERTS_ADDRESS_REFUSED`.
 */
export function parseMailAddress(text: string): string {
  // RFC 5321 section 4.1.2, Dot-string; letters beyond ASCII by RFC 6531.
  const match = /^([\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*)@([\p{L}\p{N}.-]+)$/u.exec(
    text,
  )
  const [, local = "", given = ""] = match ?? []
  const domain = domainToASCII(given)
  const labels = domain.split(".")
  const isDomain = labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/iu.test(label))
  // An address literal or number is no domain that mail is sent to.
  const isNumber = /^\d+$/u.test(labels.at(-1) ?? "")
  if (local === "" || local.length > maxLocalCharacters || text.length > maxCharacters || !isDomain || isNumber)
    throw new AlertsError("ALERTS_ADDRESS_REFUSED", "Cannot mail: not one plain address")
  return `${local}@${domain}`
}
