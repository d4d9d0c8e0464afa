import { parseRecipient } from "../age/x25519.ts"
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts"
import { domains } from "../domains.ts"
import { AccountError, isDarkslideError } from "../errors.ts"
import type { Signer } from "../sign.ts"
import { JsonFields } from "../signed/json-fields.ts"
import { documentHash, openSigned, readUnverified, signDocument } from "../signed/signed-document.ts"
import { accountIdOf, deviceIdOf } from "./account-id.ts"
import { sha256 } from "../hash.ts"

/** The suite that this version speaks, and the least that it accepts from an account. */
export const currentSuite = 1

/** What a device may do for its account. `full`: everything; `capture`: add captures; `inbox`: add to the inbox. */
export type DeviceScope = "full" | "capture" | "inbox"

/** A device's key, as the account's root vouches for it. */
export interface DeviceCertificate {
  /** Made from the key: see `deviceIdOf`. */
  readonly deviceId: string
  /** Ed25519, 32 bytes in base64url. */
  readonly publicKey: string
  readonly scope: DeviceScope
  /** Milliseconds since 1970. */
  readonly from: number
  /** The last capture that still counts: later numbers, or another capture at this one, are refused. */
  readonly revoked?: { readonly lastSeq: number; readonly lastHash: string } | undefined
}

/** The public side of an account, signed by its root key. Hashes and keys are base64url of 32 bytes. */
export interface AccountState {
  readonly v: 1
  readonly accountId: string
  readonly rootKey: string
  /** Whom the account's captures are sealed to (age recipients). */
  readonly recipients: readonly string[]
  readonly inboxRecipient: string
  readonly minSuite: number
  readonly devices: readonly DeviceCertificate[]
  /** SHA-256 of the sealed keyring that goes with this state. */
  readonly keyringHash: string
  readonly history: { readonly count: number; readonly hash: string }
  /** 1 for the first state, then one more each time. */
  readonly n: number
  /** Hash of the state before; of 32 zero bytes at `n` 1. */
  readonly previousHash: string
  /** Milliseconds since 1970, by the clock of the client that signed. */
  readonly at: number
}

/** A number and hash that a client saw of an account, to know an older state by. */
export interface SeenState {
  readonly n: number
  readonly hash: string
}

/** Signs a state with the account's root key. */
export async function signAccountState(state: AccountState, root: Signer): Promise<Uint8Array> {
  return await signDocument(domains.accountState, state, root)
}

/**
 * Reads an account state that signs for itself: its account id is made from the root key that it names, and that key
 * signed it. Whether it is the account that was asked for is the caller's to compare.
 * @throws AccountError `ACCOUNT_STATE_INVALID`; `ACCOUNT_SUITE_REFUSED` when it wants a suite this version lacks.
 */
export function readAccountState(document: Uint8Array): AccountState {
  try {
    const rootKey = fromBase64Url(new JsonFields(readUnverified(document), "account state").text("rootKey"), 32)
    const state = parseState(openSigned(domains.accountState, document, rootKey))
    if (state.accountId !== accountIdOf(rootKey)) throw invalid("its id is not of its root key")
    return state
  } catch (error) {
    if (isDarkslideError(error) && error.code.startsWith("CRYPTO_")) throw invalid(error.message, error)
    throw error
  }
}

/**
 * Refuses a state that is older than one already seen, or differs from it at the same number.
 * @throws AccountError `ACCOUNT_ROLLED_BACK`
 */
export function checkNotRolledBack(document: Uint8Array, state: AccountState, seen: SeenState | undefined): void {
  if (!seen) return
  const same = state.n === seen.n && accountStateHash(document) === seen.hash
  if (state.n > seen.n || same) return
  throw new AccountError(
    "ACCOUNT_ROLLED_BACK",
    `Cannot open account: the server shows state ${state.n}, and this client saw ${
      state.n === seen.n ? "another one of that number" : `state ${seen.n}`
    }`,
  )
}

/** What the next state names as `previousHash`, in base64url. */
export function accountStateHash(document: Uint8Array): string {
  return toBase64Url(documentHash(document))
}

/** What a state names as `keyringHash`, in base64url. */
export function keyringHashOf(sealedKeyring: Uint8Array): string {
  return toBase64Url(sha256(sealedKeyring))
}

function parseState(value: unknown): AccountState {
  const fields = new JsonFields(value, "account state")
  const minSuite = fields.integer("minSuite", 1)
  if (minSuite > currentSuite)
    throw new AccountError("ACCOUNT_SUITE_REFUSED", `Cannot open account: it wants suite ${minSuite}`)
  const history = fields.object("history")
  return {
    v: fields.literal("v", 1),
    accountId: fields.text("accountId"),
    rootKey: fields.base64Url("rootKey", 32),
    recipients: fields.list("recipients", 16).map(parseRecipientText),
    inboxRecipient: parseRecipientText(fields.text("inboxRecipient")),
    minSuite,
    devices: fields.list("devices", 1000).map(parseDevice),
    keyringHash: fields.base64Url("keyringHash", 32),
    history: { count: history.integer("count"), hash: history.base64Url("hash", 32) },
    n: fields.integer("n", 1),
    previousHash: fields.base64Url("previousHash", 32),
    at: fields.integer("at"),
  }
}

function parseDevice(value: unknown): DeviceCertificate {
  const fields = new JsonFields(value, "device")
  const publicKey = fields.base64Url("publicKey", 32)
  const deviceId = fields.literal("deviceId", deviceIdOf(fromBase64Url(publicKey)))
  const scope = fields.literal("scope", "full", "capture", "inbox")
  const device = { deviceId, publicKey, scope, from: fields.integer("from") }
  if (!fields.has("revoked")) return device
  const revoked = fields.object("revoked")
  return { ...device, revoked: { lastSeq: revoked.integer("lastSeq"), lastHash: revoked.base64Url("lastHash", 32) } }
}

function parseRecipientText(value: unknown): string {
  return parseRecipient(String(value)).toString()
}

function invalid(what: string, cause?: unknown): AccountError {
  return new AccountError("ACCOUNT_STATE_INVALID", `Cannot read account state: ${what}`, { cause })
}
