import { generateKeyPair, type X25519Identity, type X25519Recipient } from "../age/x25519.ts"
import { toBase64Url } from "../bytes/base64.ts"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { AccountError, isDarkslideError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { generateSigningSeed, signerFromSeed } from "../sign.ts"
import { accountIdOf, deviceIdOf } from "./account-id.ts"
import {
  accountStateHash,
  checkNotRolledBack,
  currentSuite,
  keyringHashOf,
  readAccountState,
  signAccountState,
  type AccountState,
  type DeviceScope,
  type SeenState,
} from "./account-state.ts"
import { openKeyring, sealKeyring, type Keyring } from "./keyring.ts"
import { passwordWrapKey, unwrapMasterKey, wrapMasterKey } from "./wraps.ts"

/** What a server stores of an account: nothing here opens anything without the password. */
export interface StoredAccount {
  readonly wrap: Uint8Array
  readonly keyring: Uint8Array
  /** A signed document: see `readAccountState`. */
  readonly state: Uint8Array
}

/** An account that the password opened. Holds every secret: keep it in memory only. */
export interface UnlockedAccount {
  readonly accountId: string
  readonly masterKey: Uint8Array
  readonly keyring: Keyring
  readonly state: AccountState
  readonly stored: StoredAccount
  /** Whom captures are sealed to; checked to be the keyring's own. */
  readonly recipient: X25519Recipient
  readonly identity: X25519Identity
}

/** A device that an account is about to vouch for. */
export interface NewDevice {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array
  readonly scope: DeviceScope
  /** What a person calls it; only the keyring knows. */
  readonly name: string
}

/**
 * Makes the keys of a new account, its first state, and its first device.
 * @param options.exportKey - Of the OPAQUE registration, as is `serverPublicKey`.
 * @param options.at - Milliseconds since 1970.
 */
export async function createAccount(options: {
  exportKey: Uint8Array
  serverPublicKey: Uint8Array
  device: NewDevice
  at: number
}): Promise<UnlockedAccount> {
  const keyring: Keyring = {
    epoch: 1,
    rootSeed: generateSigningSeed(),
    identity: generateKeyPair(),
    inboxIdentity: generateKeyPair(),
    historyKey: randomBytes(32),
    serverPublicKey: options.serverPublicKey,
    deviceNames: {},
  }
  const masterKey = randomBytes(32)
  const rootKey = signerFromSeed(keyring.rootSeed).publicKey
  const accountId = accountIdOf(rootKey)
  const context = { kind: "password", accountId, epoch: keyring.epoch, version: 1 } as const
  const wrap = wrapMasterKey(masterKey, passwordWrapKey(options.exportKey), context)
  const none = toBase64Url(new Uint8Array(32))
  const beforeFirst: AccountState = {
    v: 1,
    accountId,
    rootKey: toBase64Url(rootKey),
    recipients: [keyring.identity.recipient.toString()],
    inboxRecipient: keyring.inboxIdentity.recipient.toString(),
    minSuite: currentSuite,
    devices: [],
    keyringHash: none,
    history: { count: 0, hash: none },
    n: 0,
    previousHash: none,
    at: options.at,
  }
  return await addDevice({ masterKey, wrap, keyring, state: beforeFirst, previousHash: none }, options)
}

/**
 * Opens an account with the export key of a login, and checks that all of it belongs together: the wrap to this
 * account, the keyring to the state, the state's root and recipients to the keyring.
 * @param options.seen - What this client saw of the account before, if anything.
 * @throws AccountError `ACCOUNT_STATE_INVALID`, `ACCOUNT_ROLLED_BACK`, `ACCOUNT_SERVER_CHANGED`, `ACCOUNT_SUITE_REFUSED`
 */
export function unlockAccount(options: {
  exportKey: Uint8Array
  serverPublicKey: Uint8Array
  stored: StoredAccount
  seen?: SeenState | undefined
}): UnlockedAccount {
  const { stored } = options
  const state = readAccountState(stored.state)
  const { masterKey, epoch } = unwrap(stored.wrap, options.exportKey, state.accountId)
  const account = openStored(stored, state, masterKey, epoch)
  if (!equalConstantTime(account.keyring.serverPublicKey, options.serverPublicKey))
    throw new AccountError("ACCOUNT_SERVER_CHANGED", "Cannot open account: the server's key is not the registered one")
  checkNotRolledBack(stored.state, state, options.seen)
  return account
}

/**
 * Takes a newer state of an account that is unlocked already, such as one in which another client certified a device.
 * @throws AccountError `ACCOUNT_STATE_INVALID`, `ACCOUNT_ROLLED_BACK`, `ACCOUNT_SUITE_REFUSED`
 */
export function reopenAccount(account: UnlockedAccount, stored: StoredAccount): UnlockedAccount {
  const state = readAccountState(stored.state)
  if (state.accountId !== account.accountId) throw invalid("it is of another account")
  if (state.history.count < account.state.history.count) throw invalid("its history is shorter than it was")
  checkNotRolledBack(stored.state, state, { n: account.state.n, hash: accountStateHash(account.stored.state) })
  return openStored(stored, state, account.masterKey, account.keyring.epoch)
}

/**
 * Vouches for another device: the account as it is after, to be stored by the server as state n + 1.
 * @param options.at - Milliseconds since 1970.
 */
export async function certifyDevice(
  account: UnlockedAccount,
  options: { device: NewDevice; at: number },
): Promise<UnlockedAccount> {
  return await addDevice(nextOf(account), options)
}

/**
 * Ends a device: what it sealed up to `last` still counts, nothing after.
 * @throws RangeError when the account has no such device.
 */
export async function revokeDevice(
  account: UnlockedAccount,
  options: { deviceId: string; last: { lastSeq: number; lastHash: string }; at: number },
): Promise<UnlockedAccount> {
  const { devices } = account.state
  if (!devices.some((device) => device.deviceId === options.deviceId)) throw new RangeError("no such device")
  const revoked = devices.map((device) =>
    device.deviceId === options.deviceId ? { ...device, revoked: options.last } : device,
  )
  return await succeed(nextOf(account), { keyring: account.keyring, devices: revoked, at: options.at })
}

/**
 * Vouches for how far the history goes, so that no server can show an older one to whoever has this state.
 * @param options.at - Milliseconds since 1970.
 * @throws RangeError when the count is not above the one that the account vouches for.
 */
export async function advanceHistory(
  account: UnlockedAccount,
  options: { history: AccountState["history"]; at: number },
): Promise<UnlockedAccount> {
  const { keyring, state } = account
  if (!(options.history.count > state.history.count)) throw new RangeError("the history does not go further")
  return await succeed(nextOf(account), { keyring, devices: state.devices, history: options.history, at: options.at })
}

/** What the next state grows from. */
interface Before {
  readonly masterKey: Uint8Array
  readonly wrap: Uint8Array
  readonly keyring: Keyring
  readonly state: AccountState
  readonly previousHash: string
}

function nextOf(account: UnlockedAccount): Before {
  const { masterKey, keyring, state, stored } = account
  return { masterKey, wrap: stored.wrap, keyring, state, previousHash: accountStateHash(stored.state) }
}

async function addDevice(before: Before, options: { device: NewDevice; at: number }): Promise<UnlockedAccount> {
  const { device, at } = options
  const deviceId = deviceIdOf(device.publicKey)
  const certificate = { deviceId, publicKey: toBase64Url(device.publicKey), scope: device.scope, from: at }
  const keyring = { ...before.keyring, deviceNames: { ...before.keyring.deviceNames, [deviceId]: device.name } }
  return await succeed(before, { keyring, devices: [...before.state.devices, certificate], at })
}

async function succeed(
  before: Before,
  change: Pick<AccountState, "devices" | "at"> & {
    readonly keyring: Keyring
    readonly history?: AccountState["history"]
  },
): Promise<UnlockedAccount> {
  const sealed = sealKeyring(change.keyring, before.masterKey, before.state.accountId)
  const state: AccountState = {
    ...before.state,
    devices: change.devices,
    history: change.history ?? before.state.history,
    at: change.at,
    keyringHash: keyringHashOf(sealed),
    n: before.state.n + 1,
    previousHash: before.previousHash,
  }
  const document = await signAccountState(state, signerFromSeed(change.keyring.rootSeed))
  return toUnlocked(before.masterKey, change.keyring, state, { wrap: before.wrap, keyring: sealed, state: document })
}

function unwrap(wrap: Uint8Array, exportKey: Uint8Array, accountId: string): { masterKey: Uint8Array; epoch: number } {
  const expected = { kind: "password", accountId } as const
  const { masterKey, context } = refusing(() => unwrapMasterKey(wrap, passwordWrapKey(exportKey), expected))
  return { masterKey, epoch: context.epoch }
}

/** Checks that keyring and state belong together, and to the master key. */
function openStored(stored: StoredAccount, state: AccountState, masterKey: Uint8Array, epoch: number): UnlockedAccount {
  const keyring = refusing(() => openKeyring(stored.keyring, masterKey, state.accountId, epoch))
  const own = keyring.identity.recipient.toString()
  if (toBase64Url(signerFromSeed(keyring.rootSeed).publicKey) !== state.rootKey)
    throw invalid("its root key is not the keyring's")
  if (state.recipients.length !== 1 || state.recipients[0] !== own) throw invalid("it names another recipient")
  if (state.inboxRecipient !== keyring.inboxIdentity.recipient.toString())
    throw invalid("it names another inbox recipient")
  if (state.keyringHash !== keyringHashOf(stored.keyring)) throw invalid("its keyring is not the one beside it")
  return toUnlocked(masterKey, keyring, state, stored)
}

function refusing<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (isDarkslideError(error)) throw invalid(error.message, error)
    throw error
  }
}

function toUnlocked(
  masterKey: Uint8Array,
  keyring: Keyring,
  state: AccountState,
  stored: StoredAccount,
): UnlockedAccount {
  const { identity } = keyring
  return { accountId: state.accountId, masterKey, keyring, state, stored, recipient: identity.recipient, identity }
}

function invalid(what: string, cause?: unknown): AccountError {
  return new AccountError("ACCOUNT_STATE_INVALID", `Cannot open account: ${what}`, { cause })
}
