/** What the pages know of the account. Implemented over HTTP in `http-account.ts`; built in `services.ts`. */
export interface AccountService {
  /** Subscribes to the status: yields the present one at once, then each change. The newest replaces one not yet read. */
  statuses(options: { signal: AbortSignal }): AsyncIterable<AccountStatus>
  readonly status: AccountStatus
  /** Asks the server once whether this browser has a session. Call at start. */
  restore(options?: AbortableOptions): Promise<void>
  createAccount(credentials: Credentials, options?: ProgressOptions): Promise<void>
  signIn(credentials: Credentials, options?: ProgressOptions): Promise<void>
  /** Unlocks a session that a reload locked: a fresh login that renews it. */
  unlock(password: string, options?: ProgressOptions): Promise<void>
  /** Asks the password again, then gives the identity as an age identity file (text). */
  exportKey(password: string, options?: ProgressOptions): Promise<Blob>
  signOut(options?: AbortableOptions): Promise<void>
}

export type AccountStatus =
  | { readonly status: "unknown" }
  | { readonly status: "signed-out" }
  | { readonly status: "locked"; readonly handle: string; readonly accountId: string }
  | {
      readonly status: "unlocked"
      readonly handle: string
      readonly accountId: string
      /** Number and time of the account state that this client holds. */
      readonly stateNumber: number
      readonly stateAt: number
    }

export interface Credentials {
  readonly handle: string
  readonly password: string
}

export interface AbortableOptions {
  readonly signal?: AbortSignal | undefined
}

export interface ProgressOptions extends AbortableOptions {
  /** Told before each step begins. */
  readonly onStep?: ((step: AccountStep) => void) | undefined
}

export type AccountStep = "asking" | "stretching" | "proving" | "opening"
