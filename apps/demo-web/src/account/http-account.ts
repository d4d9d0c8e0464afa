import type { CaptureDevice } from "@darkslide/capture"
import {
  accountStateHash,
  advanceHistory,
  certifyDevice,
  createAccount,
  isDarkslideError,
  parseRecipient,
  reopenAccount,
  revokeDevice,
  toBase64Url,
  unlockAccount,
  type NewDevice,
  type Recipient,
  type Stretch,
  type UnlockedAccount,
} from "@darkslide/crypto"
import type { HistoryHead } from "@darkslide/metadata/history"
import type { Api } from "../http/api.ts"
import { ServerError } from "../http/server-error.ts"
import { account as accountMessage, loggedIn, session, suite } from "./account-messages.ts"
import type {
  AbortableOptions,
  AccountService,
  AccountStatus,
  Credentials,
  ProgressOptions,
} from "./account-service.ts"
import type { BrowserMemory } from "./browser-memory.ts"
import { captureDeviceOf, certificationOf, deviceKeysOf, newDeviceKeys, type DeviceKeys } from "./device-keys.ts"
import { identityFile } from "./identity-file.ts"
import { Latest } from "./latest.ts"
import { logIn, startRegistration, type OpaqueResult, type SessionTransport } from "./opaque-login.ts"

export interface HttpAccountOptions {
  readonly api: Api
  readonly memory: BrowserMemory
  readonly stretch: Stretch
  /** What a person will know this browser by. */
  readonly deviceName: string
  readonly now: () => number
  readonly transport?: SessionTransport | undefined
  /** Told of each try to sign in or unlock with a password that was wrong, or right. */
  readonly onLogin?: ((outcome: "failed" | "passed") => void) | undefined
}

/** Everything that an unlocked page may use. Gone after a reload, `signOut` or `unlock`. */
export interface UnlockedSession {
  readonly account: UnlockedAccount
  readonly device: CaptureDevice
}

/** What is needed to take and seal, and opens nothing: this browser keeps it while the account is locked. */
export interface SealingSession {
  readonly recipient: Recipient
  readonly device: CaptureDevice
}

type ChangeAccount = (current: UnlockedAccount, at: number) => Promise<UnlockedAccount | undefined>

/** How often a change of the account starts anew because another client was faster. */
const maxStateConflicts = 5

/** The account over HTTP. Secrets are held in this object only. */
export class HttpAccount implements AccountService {
  readonly #options: HttpAccountOptions
  readonly #status = new Latest<AccountStatus>({ status: "unknown" })
  #session: UnlockedSession | undefined

  constructor(options: HttpAccountOptions) {
    this.#options = options
  }

  get status(): AccountStatus {
    return this.#status.value
  }

  statuses(options: { signal: AbortSignal }): AsyncIterable<AccountStatus> {
    return this.#status.follow(options.signal)
  }

  /** @throws ServerError `NOT_SIGNED_IN` while the account is locked. */
  unlocked(): UnlockedSession {
    if (!this.#session) throw new ServerError("NOT_SIGNED_IN", "The account is locked")
    return this.#session
  }

  /** @throws ServerError `NOT_SIGNED_IN` where nobody is, or this browser was not yet certified. */
  async sealing(): Promise<SealingSession> {
    if (this.#session) return { recipient: this.#session.account.recipient, device: this.#session.device }
    const { value } = this.#status
    const { memory } = this.#options
    const accountId = value.status === "locked" ? value.accountId : ""
    const [recipient, pair] = await Promise.all([memory.recipient(accountId), memory.deviceKeys(accountId)])
    if (recipient === undefined || pair === undefined)
      throw new ServerError("NOT_SIGNED_IN", "Nothing can be sealed before the first sign-in")
    return { recipient: parseRecipient(recipient), device: captureDeviceOf(await deviceKeysOf(pair), accountId) }
  }

  async restore(options: AbortableOptions = {}): Promise<void> {
    const { memory } = this.#options
    const visitor = await memory.visitor()
    const accountId = visitor && (await this.#currentAccount(visitor.accountId, options))
    const known = visitor !== undefined && accountId === visitor.accountId
    this.#status.set(known ? { status: "locked", ...visitor } : { status: "signed-out" })
  }

  async createAccount(credentials: Credentials, options: ProgressOptions = {}): Promise<void> {
    const { api, stretch, deviceName, now, transport = "cookie" } = this.#options
    const registered = await startRegistration(api, credentials, { ...options, stretch })
    const keys = await newDeviceKeys()
    const account = await createAccount({
      exportKey: registered.exportKey,
      serverPublicKey: registered.serverPublicKey,
      device: certificationOf(keys, deviceName),
      at: now(),
    })
    options.onStep?.("proving")
    const { wrap, keyring, state } = account.stored
    const answer = await api.json(loggedIn, "POST", "/v1/register/finish", {
      body: {
        handle: credentials.handle,
        suite,
        record: toBase64Url(registered.record),
        accountId: account.accountId,
        wrap: toBase64Url(wrap),
        keyring: toBase64Url(keyring),
        state: toBase64Url(state),
        session: transport,
      },
      signal: options.signal,
    })
    this.#useToken(answer.token)
    await this.#open(credentials.handle, registered, account, keys)
  }

  async signIn(credentials: Credentials, options: ProgressOptions = {}): Promise<void> {
    const { opaque, account } = await this.#logInAndTell(credentials, options)
    const keys = await this.#deviceKeys(account.accountId)
    const certified = await this.#certify(account, keys, options)
    await this.#open(credentials.handle, opaque, certified, keys)
  }

  async unlock(password: string, options: ProgressOptions = {}): Promise<void> {
    await this.signIn({ handle: this.#handle(), password }, options)
  }

  async exportKey(password: string, options: ProgressOptions = {}): Promise<Blob> {
    const { account } = await this.#logIn({ handle: this.#handle(), password }, options)
    return identityFile(account, this.#options.now())
  }

  async signOut(options: AbortableOptions = {}): Promise<void> {
    const { api, memory } = this.#options
    await api.send("DELETE", "/v1/session", options).catch((error: unknown) => {
      if (!isSignedOut(error)) throw error
    })
    if (this.#session) await memory.forgetDevice(this.#session.account.accountId, this.#session.device.deviceId)
    await memory.forgetVisitor()
    this.#session = undefined
    api.headers = {}
    this.#status.set({ status: "signed-out" })
  }

  /** Takes what other clients changed in the account since; verified against what this one knows. */
  async refresh(options: AbortableOptions = {}): Promise<UnlockedSession> {
    const { account, device } = this.unlocked()
    const stored = await this.#options.api
      .json(accountMessage, "GET", "/v1/account", options)
      .catch((error: unknown) => {
        if (isSignedOut(error)) this.#lock()
        throw error
      })
    await this.#remember({ account: reopenAccount(account, stored), device })
    return this.unlocked()
  }

  /**
   * Signs into the account's state how far its history goes, unless a client that saw more was faster. Later devices refuse
   * a history that ends before, or does not lead there.
   */
  async keepHistoryHead(history: HistoryHead, options: AbortableOptions = {}): Promise<void> {
    await this.#change(
      async (current, at) =>
        history.count > current.state.history.count ? await advanceHistory(current, { history, at }) : undefined,
      options,
    )
  }

  /** Has the account vouch for a key of this browser. @returns the account as it is then */
  async vouchFor(device: NewDevice, options: AbortableOptions = {}): Promise<UnlockedAccount> {
    const publicKey = toBase64Url(device.publicKey)
    return await this.#change(
      async (current, at) =>
        current.state.devices.some((known) => known.publicKey === publicKey)
          ? undefined
          : await certifyDevice(current, { device, at }),
      options,
    )
  }

  /** Ends a device: what it made up to `last` still counts. */
  async endDevice(
    deviceId: string,
    last: { readonly lastSeq: number; readonly lastHash: string },
    options: AbortableOptions = {},
  ): Promise<void> {
    const isOver = ({ state }: UnlockedAccount) =>
      state.devices.every((device) => device.deviceId !== deviceId || device.revoked !== undefined)
    await this.#change(
      async (current, at) => (isOver(current) ? undefined : await revokeDevice(current, { deviceId, last, at })),
      options,
    )
  }

  async #change(change: ChangeAccount, options: AbortableOptions): Promise<UnlockedAccount> {
    const { account, device } = this.unlocked()
    const changed = await this.#succeed(account, change, options)
    await this.#remember({ account: changed, device })
    return changed
  }

  async #logInAndTell(
    credentials: Credentials,
    options: ProgressOptions,
  ): Promise<{ opaque: OpaqueResult; account: UnlockedAccount }> {
    const { onLogin } = this.#options
    try {
      const result = await this.#logIn(credentials, options)
      onLogin?.("passed")
      return result
    } catch (error) {
      if (isDarkslideError(error, "ACCOUNT_LOGIN_FAILED")) onLogin?.("failed")
      throw error
    }
  }

  /** The session ended on the server: the password opens another one, as after a reload. */
  #lock(): void {
    const { value } = this.#status
    if (value.status !== "unlocked") return
    this.#session = undefined
    this.#status.set({ status: "locked", handle: value.handle, accountId: value.accountId })
  }

  /** Whose session it is. Out of reach of the server the one that was: unlocking asks it again. */
  async #currentAccount(lastKnown: string, options: AbortableOptions): Promise<string | undefined> {
    try {
      return (await this.#options.api.json(session, "GET", "/v1/session", options)).accountId
    } catch (error) {
      if (isSignedOut(error)) return undefined
      if (error instanceof ServerError && error.code === "OFFLINE") return lastKnown
      throw error
    }
  }

  async #logIn(
    credentials: Credentials,
    options: ProgressOptions,
  ): Promise<{ opaque: OpaqueResult; account: UnlockedAccount }> {
    const { api, memory, stretch, transport = "cookie" } = this.#options
    const pin = await memory.serverKey(normalHandle(credentials.handle))
    const { answer, ...opaque } = await logIn(api, credentials, { ...options, stretch, pin, transport })
    options.onStep?.("opening")
    this.#useToken(answer.token)
    const seen = await memory.seenState(answer.accountId)
    return { opaque, account: unlockAccount({ ...opaque, stored: answer, seen }) }
  }

  #useToken(token: string | undefined): void {
    if (token !== undefined) this.#options.api.headers = { Authorization: `Bearer ${token}` }
  }

  #handle(): string {
    const { value } = this.#status
    if (value.status === "locked" || value.status === "unlocked") return value.handle
    throw new ServerError("NOT_SIGNED_IN", "Nobody is signed in here")
  }

  async #deviceKeys(accountId: string): Promise<DeviceKeys> {
    const pair = await this.#options.memory.deviceKeys(accountId)
    return pair ? await deviceKeysOf(pair) : await newDeviceKeys()
  }

  /** Has the account vouch for this browser, once; starts again from the newer state when another client was faster. */
  async #certify(account: UnlockedAccount, keys: DeviceKeys, options: AbortableOptions): Promise<UnlockedAccount> {
    const device = certificationOf(keys, this.#options.deviceName)
    return await this.#succeed(
      account,
      async (current, at) =>
        current.state.devices.some(({ deviceId }) => deviceId === keys.deviceId)
          ? undefined
          : await certifyDevice(current, { device, at }),
      options,
    )
  }

  /** Stores the state that `change` makes of the newest one; `undefined` says that nothing has to change any more. */
  async #succeed(account: UnlockedAccount, change: ChangeAccount, options: AbortableOptions): Promise<UnlockedAccount> {
    const { api, now } = this.#options
    let current = account
    for (let conflicts = 0; ; conflicts++) {
      const next = await change(current, now())
      if (next === undefined) return current
      const body = { state: toBase64Url(next.stored.state), keyring: toBase64Url(next.stored.keyring) }
      try {
        await api.send("PUT", "/v1/account/state", { body, signal: options.signal })
        return next
      } catch (error) {
        const conflict = error instanceof ServerError && error.code === "STATE_CONFLICT"
        if (!conflict || conflicts === maxStateConflicts) throw error
        current = reopenAccount(current, await api.json(accountMessage, "GET", "/v1/account", options))
      }
    }
  }

  async #open(handle: string, opaque: OpaqueResult, account: UnlockedAccount, keys: DeviceKeys): Promise<void> {
    const { memory } = this.#options
    const { accountId } = account
    await memory.pinServerKey(normalHandle(handle), opaque.serverPublicKey)
    await memory.rememberDeviceKeys(accountId, keys.pair)
    await memory.rememberRecipient(accountId, account.recipient.toString())
    await memory.rememberVisitor({ handle, accountId })
    await this.#remember({ account, device: captureDeviceOf(keys, accountId) })
    const { n, at } = account.state
    this.#status.set({ status: "unlocked", handle, accountId, stateNumber: n, stateAt: at })
  }

  async #remember(session: UnlockedSession): Promise<void> {
    const { accountId, state, stored } = session.account
    this.#session = session
    await this.#options.memory.rememberState(accountId, { n: state.n, hash: accountStateHash(stored.state) })
  }
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ServerError && error.code === "NOT_SIGNED_IN"
}

/** As the server normalises it, so that one account has one pin. */
function normalHandle(handle: string): string {
  return handle.trim().normalize("NFKC").toLowerCase()
}
