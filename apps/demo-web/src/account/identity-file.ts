import type { UnlockedAccount } from "@darkslide/crypto"

/** The account's identity as an age identity file: `age -d -i` takes it. */
export function identityFile(account: UnlockedAccount, now: number): Blob {
  const lines = [
    `# created: ${new Date(now).toISOString()}`,
    `# Darkslide account: ${account.accountId}`,
    `# public key: ${account.recipient.toString()}`,
    account.identity.toString(),
    "# of the inbox: opens what armed browsers took, and the sealed files of alerts",
    account.keyring.inboxIdentity.toString(),
    "",
  ]
  return new Blob([lines.join("\n")], { type: "text/plain" })
}
