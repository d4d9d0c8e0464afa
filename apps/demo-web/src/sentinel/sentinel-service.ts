import type { AbortableOptions } from "../account/account-service.ts"

/** What mails about this browser's photos carry beside the words: a link, the sealed file, or the picture itself. */
export type AlertContentChoice = "link" | "sealed" | "clear"

/** This browser as a sentinel: after failed logins it takes a photo for its owner. Implemented in `browser-sentinel.ts`. */
export interface SentinelService {
  /** The view now, then each change. */
  views(options: { readonly signal: AbortSignal }): AsyncIterable<SentinelView>
  /** Looks again at what the browser allows. */
  look(): Promise<void>
  /**
   * Makes a key in this browser that only adds to the inbox, has the account vouch for it, and arms. Rejects with a
   * `SentinelError` `CAMERA_NOT_GRANTED` where the browser would have to ask first.
   */
  arm(options: AbortableOptions & { readonly content: AlertContentChoice }): Promise<void>
  /** Ends this browser's key, here and in the account. */
  disarm(options?: AbortableOptions): Promise<void>
  /** Counts a failed login; the last of three takes a photo. Resolves when it is on its way, or nothing came of it. */
  loginFailed(): Promise<void>
  /** Somebody knew a password: the count begins anew. */
  loginPassed(): Promise<void>
}

export interface SentinelView {
  /** Unset while this browser is not armed. */
  readonly armed?:
    | { readonly accountId: string; readonly deviceId: string; readonly content: AlertContentChoice }
    | undefined
  /** Whether the browser gives the camera without asking. */
  readonly camera: "granted" | "not-granted"
}

/** How many failed logins make it take a photo. */
export const failuresForPhoto = 3

export class SentinelError extends Error {
  override readonly name = "SentinelError"
  readonly code: "CAMERA_NOT_GRANTED"

  constructor(code: SentinelError["code"], message: string) {
    super(message)
    this.code = code
  }
}
