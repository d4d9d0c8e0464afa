import { createHash } from "node:crypto"

/** A photo of the inbox. */
export interface PhotoId {
  readonly accountId: string
  readonly captureId: string
}

/**
 * What a photo is called in mails: when it is removed, what carries it is found by that. It says nothing of account and
 * capture to whoever reads the mail, and no account can make the name of another's.
 */
export function photoName({ accountId, captureId }: PhotoId): string {
  const hash = createHash("sha256")
    .update(JSON.stringify(["photo", accountId, captureId]))
    .digest("base64url")
  return `photo-${hash.slice(0, 16)}`
}
