import type { LoginAttempt } from "../../triggers/failed-logins.ts"

/**
 * A failed login out of what sshd says of it: `Failed password for invalid user x from 192.0.2.1 port 22 ssh2`. The name
 * is the stranger's own words, and may look like the rest of such a line: what sshd itself adds stands last, and only
 * that is read.
 * @returns `undefined` for any other message.
 */
export function sshdFailure(message: string): LoginAttempt | undefined {
  const match =
    /^Failed (?:password|keyboard-interactive\/pam|publickey|none) for (?<invalid>invalid user )?(?<account>[\s\S]*) from (?<address>[0-9a-fA-F.:%\w]+) port \d{1,5}(?: ssh2)?(?:: [A-Z0-9-]+ SHA256:[\w+/=]+)?$/u.exec(
      message,
    )
  const { invalid, account, address } = match?.groups ?? {}
  if (account === undefined || address === undefined) return undefined
  return { account, address, isKnown: invalid === undefined }
}
